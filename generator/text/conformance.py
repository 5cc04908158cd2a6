"""A quick yes for documents that conform to a schema; the jsonschema library explains every no.

Nearly all documents of a catalog conform, and jsonschema takes twice as long as parsing to say so.
`conformance` makes a predicate of a schema that answers as jsonschema does (a property test
compares them); it knows the keywords that this package's schemas use and refuses any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Predicate = Callable[[Any], bool]

_ANNOTATIONS = frozenset({"$schema", "$defs", "title", "description", "deprecated"})

_TYPES: Mapping[str, type] = {
    "string": str,
    "boolean": bool,
    "object": dict,
    "array": list,
    "integer": int,
    "number": float,
}


class UnsupportedSchemaError(ValueError):
    """The schema uses what this module does not know: a mistake in this package."""


def conformance(schema: Mapping[str, Any]) -> Predicate:
    """Return a predicate that tells whether plain data conform to a JSON Schema (2020-12).

    Raises UnsupportedSchemaError for a schema with an unknown keyword.
    """
    return _compile(schema, schema)


def _compile(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Predicate:
    unknown = set(schema) - _ANNOTATIONS - set(_KEYWORDS) - _HANDLED_ELSEWHERE
    if unknown:
        raise UnsupportedSchemaError(f"unsupported keywords: {sorted(unknown)}")
    predicates = [make(schema, root) for keyword, make in _KEYWORDS.items() if keyword in schema]
    if any(keyword in schema for keyword in _OBJECT_KEYWORDS):
        predicates.append(_object(schema, root))
    return _all(predicates)


def _all(predicates: list[Predicate]) -> Predicate:
    if not predicates:
        return lambda _value: True
    if len(predicates) == 1:
        return predicates[0]
    if len(predicates) == 2:
        first, second = predicates
        return lambda value: first(value) and second(value)
    several = tuple(predicates)

    def holds(value: Any) -> bool:
        for predicate in several:  # noqa: SIM110 - a generator costs more than the loop
            if not predicate(value):
                return False
        return True

    return holds


def _type(schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Predicate:
    names = schema["type"]
    names = [names] if isinstance(names, str) else list(names)
    if "number" in names:
        names.append("integer")  # a whole number is a number
    if unknown := set(names) - set(_TYPES):
        raise UnsupportedSchemaError(f"unsupported types: {sorted(unknown)}")
    # Exact classes: data from YAML are of no subclass, and true is no integer.
    if len(names) == 1:
        only = _TYPES[names[0]]
        return lambda value: type(value) is only
    several = frozenset(_TYPES[name] for name in names)
    return lambda value: type(value) in several


def _enum(schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Predicate:
    return _one_of_texts(schema["enum"])


def _const(schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Predicate:
    return _one_of_texts([schema["const"]])


def _one_of_texts(values: Iterable[Any]) -> Predicate:
    allowed = frozenset(values)
    if not all(isinstance(value, str) for value in allowed):
        raise UnsupportedSchemaError("only texts can be enumerated")
    return lambda value: type(value) is str and value in allowed


def _pattern(schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Predicate:
    search = re.compile(schema["pattern"]).search
    return lambda value: type(value) is not str or search(value) is not None


def _minimum(schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Predicate:
    least = schema["minimum"]
    return lambda value: type(value) is not int or value >= least


def _items(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Predicate:
    conforms = _compile(schema["items"], root)

    def holds(value: Any) -> bool:
        if type(value) is list:
            for item in value:
                if not conforms(item):
                    return False
        return True

    return holds


def _required(schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Predicate:
    names = frozenset(schema["required"])
    return lambda value: type(value) is not dict or names <= value.keys()


def _dependent_required(schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Predicate:
    dependencies = tuple(
        (key, frozenset(names)) for key, names in schema["dependentRequired"].items()
    )

    def holds(value: Any) -> bool:
        return type(value) is not dict or all(
            key not in value or names <= value.keys() for key, names in dependencies
        )

    return holds


def _all_of(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Predicate:
    return _all([_compile(part, root) for part in schema["allOf"]])


def _any_of(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Predicate:
    parts = tuple(_compile(part, root) for part in schema["anyOf"])
    return lambda value: any(part(value) for part in parts)


def _not(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Predicate:
    part = _compile(schema["not"], root)
    return lambda value: not part(value)


def _if(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Predicate:
    condition = _compile(schema["if"], root)
    then = _compile(schema.get("then", {}), root)
    otherwise = _compile(schema.get("else", {}), root)
    return lambda value: then(value) if condition(value) else otherwise(value)


def _ref(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Predicate:
    prefix, _, name = schema["$ref"].rpartition("/")
    if prefix != "#/$defs":
        raise UnsupportedSchemaError(f"unsupported reference: {schema['$ref']}")
    return _compile(root["$defs"][name], root)


def _object(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Predicate:
    """Check the properties in one pass over the keys that are there."""
    properties = {name: _compile(part, root) for name, part in schema.get("properties", {}).items()}
    additional = schema.get("additionalProperties", True)
    other: Predicate | None
    if isinstance(additional, bool):
        other = None if additional else _never
    else:
        other = _compile(additional, root)
    name_conforms = _compile(schema["propertyNames"], root) if "propertyNames" in schema else None
    conforms_of = properties.get

    def holds(value: Any) -> bool:
        if type(value) is not dict:
            return True
        for name, member in value.items():
            conforms = conforms_of(name, other)
            if conforms is not None and not conforms(member):
                return False
            if name_conforms is not None and not name_conforms(name):
                return False
        return True

    return holds


def _never(_value: Any) -> bool:
    return False


_KEYWORDS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Predicate]] = {
    # In the order of what fails soonest and costs least.
    "type": _type,
    "required": _required,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "minimum": _minimum,
    "$ref": _ref,
    "items": _items,
    "dependentRequired": _dependent_required,
    "allOf": _all_of,
    "anyOf": _any_of,
    "not": _not,
    "if": _if,
}
_OBJECT_KEYWORDS = frozenset({"properties", "additionalProperties", "propertyNames"})
_HANDLED_ELSEWHERE = _OBJECT_KEYWORDS | {"then", "else"}
