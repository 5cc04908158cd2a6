"""JSON Schemas of the files that people write, and documents checked against them.

Each schema file is the single source of truth of its format: editors use the same text. Conditions
that no schema can state (one id in two files) are not checked here, and neither are values' limits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from generator.findings import Problem
from generator.text.conformance import Predicate, conformance

NO_GUID = "SG030"
"""The code of an id that is no GUID: the one departure that leaves a document usable."""


def schema_text(package: str, name: str) -> str:
    """Return a schema file of a package as it is."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema and the quick test whether a document conforms to it."""

    definition: Mapping[str, Any]
    conforms: Predicate

    def deprecated_keys(self) -> frozenset[str]:
        """Return the top-level keys that are read and used nowhere."""
        properties = self.definition["properties"]
        return frozenset(name for name, part in properties.items() if part.get("deprecated"))


@cache
def load_schema(package: str, name: str) -> Schema:
    """Load a schema file of a package."""
    definition = json.loads(schema_text(package, name))
    return Schema(definition, conformance(definition))


def schema_problems(document: Any, schema: Schema) -> tuple[Problem, ...]:
    """Return how a document departs from a schema: one problem per cause, none when it conforms."""
    if schema.conforms(document):
        return ()
    # The jsonschema library takes long to load; a catalog without a fault never needs it.
    from generator.text.schema_problems import explain  # noqa: PLC0415

    return explain(document, schema.definition)


def without_nulls(value: Any, definition: Mapping[str, Any]) -> Any:
    """Return a document without the known keys whose value is null: null means absent.

    Unknown keys, list items and values of free shape (`values`, `default`, `customDetails`) keep
    their nulls.
    """
    if isinstance(value, list) and "items" in definition:
        return [without_nulls(item, definition["items"]) for item in value]
    if not isinstance(value, dict):
        return value
    properties = definition.get("properties", {})
    additional = definition.get("additionalProperties")
    kept = {}
    for key, member in value.items():
        part = properties.get(key)
        if part is None:
            kept[key] = (
                without_nulls(member, additional) if isinstance(additional, dict) else member
            )
        elif member is not None:
            kept[key] = without_nulls(member, part)
    return kept


def with_nulls(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema that also allows the nulls that `without_nulls` takes away."""
    result = dict(definition)
    required = frozenset(definition.get("required", ()))
    if "properties" in definition:
        result["properties"] = {
            key: with_nulls(part) if key in required else _nullable(with_nulls(part))
            for key, part in definition["properties"].items()
        }
    for key in ("items", "additionalProperties"):
        if isinstance(definition.get(key), dict):
            result[key] = with_nulls(definition[key])
    return result


def _nullable(definition: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in definition:
        rest = {key: value for key, value in definition.items() if key != "$ref"}
        return {**rest, "anyOf": [{"$ref": definition["$ref"]}, {"type": "null"}]}
    result = dict(definition)
    if "type" in definition:
        types = definition["type"]
        result["type"] = [*([types] if isinstance(types, str) else types), "null"]
    if "enum" in definition:
        result["enum"] = [*definition["enum"], None]
    return result
