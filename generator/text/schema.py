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

from generator.findings import Code, Problem, Severity
from generator.text.conformance import Predicate, conformance

UNKNOWN_KEY = Code(
    "SG020",
    summary="Unknown key",
    explanation=(
        "Nothing reads the key, so what it says would silently not happen. It is most likely "
        "misspelled or stands at the wrong level."
    ),
    severity=Severity.ERROR,
    source="The detection format of sentinelgen, detection.schema.json.",
    waivable=False,
)
MISSING_KEY = Code(
    "SG021",
    summary="Missing key",
    explanation=(
        "The rule cannot be made without it: the service demands the value and nothing is filled "
        "in that the author did not write. A key whose value is empty counts as missing."
    ),
    severity=Severity.ERROR,
    source="The detection format of sentinelgen, detection.schema.json.",
    waivable=False,
)
WRONG_TYPE = Code(
    "SG022",
    summary="Value of the wrong type",
    explanation=(
        "Most often YAML has read an unquoted text as something else: 1.0 is a number, no and on "
        "are false and true. Put texts in quotes, and write lists as lists."
    ),
    severity=Severity.ERROR,
    source="The detection format of sentinelgen, detection.schema.json.",
    waivable=False,
)
UNKNOWN_VALUE = Code(
    "SG023",
    summary="Value that is not one of the allowed ones",
    explanation=(
        "The service knows a fixed set of values here and compares letters in their case: High is "
        "a severity, high is not."
    ),
    severity=Severity.ERROR,
    source="The detection format of sentinelgen, detection.schema.json.",
    waivable=False,
)
MALFORMED_TEXT = Code(
    "SG024",
    summary="Malformed text",
    explanation=(
        "Durations are days, hours and minutes in this order (5m, 1h30m, 1d) or ISO 8601 (PT5M, "
        "P1D); weeks and negative durations do not exist. Names of parameters are letters, digits "
        "and _."
    ),
    severity=Severity.ERROR,
    source="The detection format of sentinelgen, detection.schema.json.",
    waivable=False,
)
KEYS_AT_ODDS = Code(
    "SG025",
    summary="Keys at odds",
    explanation=(
        "A detection has either a query of its own or a template with values, and values mean "
        "nothing without a template."
    ),
    severity=Severity.ERROR,
    source="The detection format of sentinelgen, detection.schema.json.",
    waivable=False,
)
HUNTING_QUERY = Code(
    "SG026",
    summary="Hunting query in the folder of detections",
    explanation=(
        "With neither a kind nor a schedule the document is a hunting query, and those are "
        "hunting/AREA/NAME.yaml. Move the file there, or add a kind and a schedule to make it an "
        "analytics rule."
    ),
    severity=Severity.ERROR,
    source=(
        "Azure/Azure-Sentinel, the rules' YAML and its packager "
        "(Tools/Create-Azure-Sentinel-Solution)."
    ),
    waivable=False,
)

NO_GUID = Code(
    "SG030",
    summary="Id that is no GUID",
    explanation=(
        "The id is the rule's resource name in Azure and identifies it for ever. It is a GUID in "
        "the plain form with hyphens, without braces."
    ),
    severity=Severity.ERROR,
    source="Azure/Azure-Sentinel, Query Style Guide: the id is a GUID.",
    waivable=False,
)
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
