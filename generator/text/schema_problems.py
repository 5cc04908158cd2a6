"""What the jsonschema library finds, said so that the author of a file can mend it.

One cause gives one problem: a misspelled key that is required is not missing as well, the keys that
one mapping lacks are named together, and a value of the wrong type is not also outside of an
enumeration.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from generator.findings import DocumentPath, InDocument, Problem
from generator.text.near_names import ending, nearest
from generator.text.reporting import MAX_PROBLEMS, first_problems
from generator.text.schema import (
    HUNTING_QUERY,
    KEYS_AT_ODDS,
    MALFORMED_TEXT,
    MISSING_KEY,
    NO_GUID,
    UNKNOWN_KEY,
    UNKNOWN_VALUE,
    WRONG_TYPE,
)
from generator.text.yaml_text import NOT_A_MAPPING

# YAML tells 5 from 5.0; the library alone would take 5.0 for an integer.
_Validator = extend(  # type: ignore[no-untyped-call]  # the stubs leave it untyped
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _checker, value: type(value) is int
    ),
)


_TYPE_NAMES = {
    "string": "text",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
}
SCHEDULE_KEYS = ("queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold")
"""What a rule of kind Scheduled must have."""

KIND_KEYS = ("kind", *SCHEDULE_KEYS)
"""What tells an analytics rule from a hunting query."""

_MANY_KEYS = 12
# More errors than are ever listed: hostile files must not buy time with millions of them.
_MANY_ERRORS = 1000


@dataclass(frozen=True, slots=True)
class _Departure:
    """One error of the library: `keyword: expected` of `schema` does not hold for `value`."""

    keyword: str
    expected: Any
    schema: Mapping[str, Any]
    value: Any
    path: DocumentPath
    of_a_key: bool


def conforms_by_library(document: Any, definition: Mapping[str, Any]) -> bool:
    """Tell whether the library accepts a document."""
    return bool(_Validator(definition).is_valid(document))


def explain(document: Any, definition: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return one problem for each cause of the errors that the library finds in a document."""
    errors = islice(_Validator(definition).iter_errors(document), _MANY_ERRORS)
    departures = [_departure(error) for error in errors]
    misshapen = [part for part in departures if part.keyword == "type" and not part.path]
    if misshapen:
        return (_misshapen(misshapen[0]),)
    unknown = [
        (part, key)
        for part in departures
        if part.keyword == "additionalProperties"
        for key in islice(_unknown_keys(part), MAX_PROBLEMS + 1)
    ]
    # The keys that are there already, misspelled.
    meant = {(part.path, nearest(key, known_keys(part.schema))) for part, key in unknown}
    if _is_hunting_query(document, departures, meant):
        return (_HUNTING_QUERY,)
    mistyped = {part.path for part in departures if part.keyword == "type"}
    told = [
        part
        for part in departures
        if (part.keyword == "type" or part.path not in mistyped)
        and not (part.keyword == "dependentRequired" and (part.path, "template") in meant)
    ]
    return first_problems(
        chain(
            (_unknown_key(part, key) for part, key in unknown),
            _missing_keys(told, meant),
            (problem for part in told for problem in _EXPLANATIONS[part.keyword](part)),
        )
    )


def _departure(error: ValidationError) -> _Departure:
    schema: Any = error.schema
    keyword: Any = error.validator
    return _Departure(
        keyword=keyword,
        expected=error.validator_value,
        schema=schema,
        value=error.instance,
        path=tuple(error.absolute_path),
        of_a_key="propertyNames" in error.absolute_schema_path,
    )


def _misshapen(part: _Departure) -> Problem:
    wanted = "a list" if part.expected == "array" else "a mapping of keys to values"
    return Problem(
        NOT_A_MAPPING, f"the document is {_written(part.value)}, not {wanted}", InDocument()
    )


_Meant = set[tuple[DocumentPath, str | None]]


def _is_hunting_query(document: Any, departures: Iterable[_Departure], meant: _Meant) -> bool:
    return (
        any(part.keyword == "anyOf" and not part.path for part in departures)
        and "query" in document
        and not meant & {((), key) for key in KIND_KEYS}
    )


_HUNTING_QUERY = Problem(
    HUNTING_QUERY,
    "this is a hunting query (it has neither a kind nor a schedule), not a detection",
    InDocument((), "key"),
    "move the file to hunting/AREA/NAME.yaml, or add kind: Scheduled and a schedule, or kind: NRT",
)


def _unknown_keys(part: _Departure) -> Iterator[str]:
    return (key for key in part.value if key not in part.schema["properties"])


def _unknown_key(part: _Departure, key: str) -> Problem:
    known = known_keys(part.schema)
    near = nearest(key, known)
    listed = None if near or len(known) > _MANY_KEYS else f"the keys here are {', '.join(known)}"
    return Problem(
        UNKNOWN_KEY,
        f"unknown key {_written(key)}" + ending(near),
        InDocument((*part.path, key), "key"),
        listed,
    )


def known_keys(schema: Mapping[str, Any]) -> list[str]:
    """Return the keys that a mapping may have, those that are used nowhere left out."""
    properties: Mapping[str, Any] = schema["properties"]
    return [key for key, member in properties.items() if not member.get("deprecated")]


def _missing_keys(departures: Iterable[_Departure], meant: _Meant) -> Iterator[Problem]:
    missing: dict[DocumentPath, list[str]] = defaultdict(list)
    for part in departures:
        if part.keyword == "required":
            wanted = part.expected
        elif part.keyword == "anyOf":
            # The only choice in the schemas: a document that tells neither kind nor schedule.
            wanted = ["kind"] if not meant & {(part.path, key) for key in KIND_KEYS} else []
        else:
            continue
        for key in wanted:
            if key == "query" and ("values" in part.value or ((), "template") in meant):
                continue  # A template is meant; that it is missing or misspelled is told elsewhere.
            if key not in part.value and (part.path, key) not in meant:
                known = missing[part.path]
                if key not in known:
                    known.append(key)
    for path, keys in missing.items():
        if keys:
            yield _missing(path, keys)


def _missing(path: DocumentPath, keys: list[str]) -> Problem:
    names = [f"'{key}' (or 'template')" if key == "query" else f"'{key}'" for key in keys]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    message = f"{_shown(path)} lacks {listed}" if path else f"missing: {listed}"
    return Problem(MISSING_KEY, message, InDocument(path, "key"))


def _nothing(_part: _Departure) -> Iterator[Problem]:
    """Explain nothing: these keywords are explained together, by other functions."""
    yield from ()


def _needs_partner(part: _Departure) -> Iterator[Problem]:
    for key, partners in part.expected.items():
        for partner in partners:
            if key in part.value and partner not in part.value:
                yield Problem(
                    KEYS_AT_ODDS,
                    f"{key!r} has no meaning without {partner!r}",
                    InDocument((*part.path, key), "key"),
                )


def _excluded(part: _Departure) -> Iterator[Problem]:
    yield Problem(
        KEYS_AT_ODDS,
        "a detection has either a query or a template, not both",
        InDocument((*part.path, "template"), "key"),
        "remove one of them",
    )


def _wrong_type(part: _Departure) -> Iterator[Problem]:
    names = [part.expected] if isinstance(part.expected, str) else part.expected
    expected = " or ".join(_TYPE_NAMES[name] for name in names)
    yield Problem(
        WRONG_TYPE,
        f"{_shown(part.path)} must be {expected}, not {_written(part.value)}",
        InDocument(part.path),
        f"write a {part.schema['title']}"
        if "title" in part.schema
        else _how_to_write(names, part.value),
    )


def _how_to_write(names: list[str], value: Any) -> str | None:
    match value:
        case bool() if "string" in names:
            return "put it in quotes: YAML reads words such as no, off, on as true or false"
        case int() | float() if "string" in names:
            return "put it in quotes"
        case str() if names == ["array"]:
            return f"write it as a list: [{value}]" if len(value) < 60 else "write it as a list"
        case str() if names == ["boolean"] and value.lower() in {"true", "false"}:
            return "write it without quotes"
        case str() if names == ["integer"] and value.isdecimal():
            return "write it without quotes"
        case _:
            return None


def _not_allowed(part: _Departure) -> Iterator[Problem]:
    near = nearest(str(part.value), part.expected)
    yield Problem(
        UNKNOWN_VALUE,
        f"{_shown(part.path)} must be one of {', '.join(part.expected)}, not {_written(part.value)}"
        + ending(near),
        InDocument(part.path),
    )


def _too_small(part: _Departure) -> Iterator[Problem]:
    yield Problem(
        UNKNOWN_VALUE,
        f"{_shown(part.path)} must be at least {part.expected}, not {part.value}",
        InDocument(part.path),
    )


def _malformed(part: _Departure) -> Iterator[Problem]:
    what = part.schema["title"]
    if part.of_a_key:
        place = InDocument((*part.path, part.value), "key")
        yield Problem(MALFORMED_TEXT, f"{_written(part.value)} is no {what}", place)
        return
    is_id = part.path[-1:] == ("id",)
    yield Problem(
        NO_GUID if is_id else MALFORMED_TEXT,
        f"{_shown(part.path)}: {_written(part.value)} is no {what}",
        InDocument(part.path),
        "remove the braces" if is_id and part.value.strip().startswith(("{", "(")) else None,
    )


_EXPLANATIONS: Mapping[str, Callable[[_Departure], Iterator[Problem]]] = {
    "additionalProperties": _nothing,
    "required": _nothing,
    "anyOf": _nothing,
    "dependentRequired": _needs_partner,
    "not": _excluded,
    "type": _wrong_type,
    "enum": _not_allowed,
    "minimum": _too_small,
    "pattern": _malformed,
}
"""By the keywords that this package's schemas use; a test holds them together."""


def _shown(path: DocumentPath) -> str:
    """Write a path as a person would: entityMappings[0].entityType."""
    shown = ""
    for step in path:
        shown += f"[{step}]" if isinstance(step, int) else f".{step}" if shown else step
    return shown


def _written(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return repr(value if len(value) <= 60 else value[:60] + "…")
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return str(value)
