from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from generator.catalog.configuration_file import CONFIGURATION_SCHEMA
from generator.catalog.not_detectable import NOT_DETECTABLE_SCHEMA
from generator.catalog.retired import RETIRED_SCHEMA
from generator.emulator.fault_file import FAULTS_SCHEMA
from generator.findings import InDocument
from generator.kinds.analytic_rule.seat import SEAT
from generator.tenants.load import TENANT_SCHEMA
from generator.text.duration import parse_duration
from generator.text.schema import schema_problems, schema_text, without_nulls
from generator.text.schema_problems import _EXPLANATIONS

CATALOG = "generator.catalog"
SCHEMAS = [
    (SEAT.schema_package, SEAT.schema_file),
    (CATALOG, CONFIGURATION_SCHEMA),
    (CATALOG, RETIRED_SCHEMA),
    (CATALOG, NOT_DETECTABLE_SCHEMA),
    ("generator.emulator", FAULTS_SCHEMA),
    ("generator.kql.schemas", "table.schema.json"),
    ("generator.kql.schemas", "watchlist.schema.json"),
    ("generator.tenants", TENANT_SCHEMA),
]

ANNOTATIONS = {"$schema", "$defs", "title", "description", "deprecated"}
DESCENDING = {"properties", "items", "propertyNames", "allOf", "if", "then", "else", "$ref"}

RULE = {
    "id": "5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10",
    "name": "a",
    "severity": "High",
    "kind": "NRT",
    "query": "T",
}


def subschemas(definition: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema inside of a schema, with the path to it."""
    if isinstance(definition, list):
        for index, part in enumerate(definition):
            yield from subschemas(part, f"{path}/{index}")
    elif isinstance(definition, dict):
        yield path, definition
        for keyword, part in definition.items():
            if keyword in {"properties", "$defs"}:
                for name, member in part.items():
                    yield from subschemas(member, f"{path}/{keyword}/{name}")
            elif keyword not in {"dependentRequired", "required", "enum", "type"}:
                yield from subschemas(part, f"{path}/{keyword}")


def described(package: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, part in subschemas(json.loads(schema_text(package, name))):
        parent = path.split("/")[-2:-1]
        if parent == ["properties"] and "/if/" not in path:
            yield path, part


@pytest.mark.parametrize(("package", "name"), SCHEMAS)
def test_every_schema_is_json_schema_2020_12(package: str, name: str) -> None:
    definition = json.loads(schema_text(package, name))
    assert definition["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(definition)


@pytest.mark.parametrize(("package", "name"), SCHEMAS)
def test_every_property_has_a_description_that_is_a_sentence(package: str, name: str) -> None:
    parts = list(described(package, name))
    assert parts
    assert [path for path, part in parts if not part.get("description", "").endswith(".")] == []


@pytest.mark.parametrize(("package", "name"), SCHEMAS)
def test_every_mapping_with_known_keys_is_strict(package: str, name: str) -> None:
    loose = [
        path
        for path, part in subschemas(json.loads(schema_text(package, name)))
        if "properties" in part
        and "/if" not in path
        and part.get("additionalProperties") is not False
    ]
    assert loose == []


@pytest.mark.parametrize(("package", "name"), SCHEMAS)
def test_every_keyword_of_a_schema_can_be_explained(package: str, name: str) -> None:
    used = {
        keyword
        for path, part in subschemas(json.loads(schema_text(package, name)))
        if "/if" not in path
        for keyword in part
    }
    assert used - ANNOTATIONS - DESCENDING <= set(_EXPLANATIONS)


@pytest.mark.parametrize(("package", "name"), SCHEMAS)
def test_every_pattern_says_what_it_asks_for(package: str, name: str) -> None:
    parts = [
        part for _, part in subschemas(json.loads(schema_text(package, name))) if "pattern" in part
    ]
    assert all(isinstance(part.get("title"), str) for part in parts)


@pytest.mark.parametrize(
    "text",
    [
        "5m",
        "1h30m",
        "1d",
        "1D12H30M",
        "0m",
        "1000d",
        "PT5M",
        "P1D",
        "P1DT1H",
        "P2W",
        "PT0S",
        "PT1.5S",
    ],
)
def test_durations_that_rules_understand_pass_the_schema(text: str) -> None:
    assert schema_problems({**RULE, "queryPeriod": text}, SEAT.schema) == ()
    parse_duration(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "m",
        "-5m",
        "1w",
        "1m1h",
        "1.5h",
        "5 m",
        "5m\n",
        "P",
        "PT",
        "P1Y",
        "P1M",
        "PT5",
        "01:00:00",
        "٥m",
    ],
)
def test_other_durations_do_not(text: str) -> None:
    problems = schema_problems({**RULE, "queryPeriod": text}, SEAT.schema)
    assert [problem.code for problem in problems] == ["SG024"]
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


def test_the_longest_durations_of_the_schema_are_understood() -> None:
    for text in ("999999d999999h999999m", "P999999W999999DT999999H999999M999999S"):
        assert schema_problems({**RULE, "queryPeriod": text}, SEAT.schema) == ()
        parse_duration(text)


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("Severity", "severity"),
        ("techniques", "relevantTechniques"),
        ("entityMapping", "entityMappings"),
        ("queryfrequency", "queryFrequency"),
        ("falsepositives", "falsePositives"),
    ],
)
def test_a_misspelled_key_is_told_what_it_means(key: str, near: str) -> None:
    (problem,) = schema_problems({**RULE, key: "x"}, SEAT.schema)
    assert problem.message == f"unknown key {key!r}: did you mean {near!r}?"
    assert problem.place == InDocument((key,), "key")


def test_a_key_without_effect_is_never_recommended() -> None:
    (problem,) = schema_problems({**RULE, "templateVersions": "x"}, SEAT.schema)
    assert "templateVersion'" not in problem.message.replace("templateVersions", "")


def test_many_causes_give_as_many_problems() -> None:
    document = {**RULE, "severity": "high", "tactics": "Persistence", "foo": 1, "enabled": "true"}
    problems = schema_problems(document, SEAT.schema)
    assert sorted(problem.code for problem in problems) == ["SG020", "SG022", "SG022", "SG023"]


def test_null_means_absent_for_known_keys_only() -> None:
    document = {
        "tactics": None,
        "foo": None,
        "customDetails": {"A": None},
        "values": {"a": None},
        "alertDetailsOverride": {"alertDescriptionFormat": None, "alertnameFormat": None},
        "parameters": {"a": {"type": "dynamic", "default": None, "description": None}},
        "tags": [None],
    }
    assert without_nulls(document, SEAT.schema.definition) == {
        "foo": None,
        "customDetails": {"A": None},
        "values": {"a": None},
        "alertDetailsOverride": {"alertnameFormat": None},
        "parameters": {"a": {"type": "dynamic"}},
        "tags": [None],
    }


EDITOR = Draft202012Validator(json.loads(SEAT.editor_schema()))


@pytest.mark.parametrize(
    "absent",
    [
        {"tactics": None, "queryPeriod": None, "author": None},
        {"alertDetailsOverride": {"alertSeverityColumnName": None}},
        {"entityMappings": [{"entityType": "IP", "fieldMappings": []}], "triage": None},
    ],
)
def test_an_editor_takes_a_key_without_a_value_as_the_loader_does(absent: dict[str, Any]) -> None:
    document = {**RULE, **absent}
    definition = SEAT.schema.definition
    assert schema_problems(without_nulls(document, definition), SEAT.schema) == ()
    assert EDITOR.is_valid(document)


@pytest.mark.parametrize(
    "wrong",
    [
        {"severity": None},
        {"severity": "high"},
        {"queryPeriod": "1w"},
        {"foo": None},
        {"waivers": [{"check": "SG101", "reason": None}]},
        {"customDetails": {"A": None}},
    ],
)
def test_an_editor_refuses_what_the_loader_refuses(wrong: dict[str, Any]) -> None:
    document = {**RULE, **wrong}
    definition = SEAT.schema.definition
    assert schema_problems(without_nulls(document, definition), SEAT.schema) != ()
    assert not EDITOR.is_valid(document)
