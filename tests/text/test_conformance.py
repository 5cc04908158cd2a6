from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.catalog.schema import load_schema
from generator.disk.text_files import read_source
from generator.kinds.analytic_rule.seat import SEAT
from generator.text.conformance import UnsupportedSchemaError, conformance
from generator.text.schema import Schema, schema_problems
from generator.text.schema_problems import conforms_by_library
from generator.text.source_text import SourceText
from generator.text.yaml_text import load_yaml

FOLDER = Path(__file__).parent / "fixtures" / "schema-examples"


def examples(file: Path) -> list[Any]:
    source = read_source(file, file.name)
    assert isinstance(source, SourceText)
    loaded = load_yaml(source)
    assert loaded.problems == ()
    assert isinstance(loaded.value, list)
    return loaded.value


EXAMPLES = [
    (f"{file.stem}.schema.json", example)
    for file in sorted(FOLDER.glob("*.yaml"))
    for example in examples(file)
]


def schema_of(name: str) -> Schema:
    return SEAT.schema if name == "detection.schema.json" else load_schema(name)


KEYS = st.sampled_from(
    ["id", "name", "query", "template", "values", "kind", "queryFrequency", "triggerOperator", "x"]
)
TEXTS = st.sampled_from(
    [
        *("", "High", "high", "NRT", "Scheduled", "gt", "off", "error"),
        *("5m", "5m\n", "-5m", "P1D", "2026-01-31", "2026-13-31"),
        *("5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10", "5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10\n"),
    ]
) | st.text(max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | TEXTS, inner, max_size=3),
    max_leaves=5,
)


def containers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for member in value.values() if isinstance(value, dict) else value:
            yield from containers(member)


@st.composite
def variations(draw: st.DrawFn) -> tuple[str, Any]:
    """Draw a conforming document in which a few things were removed, replaced or added."""
    name, example = draw(st.sampled_from(EXAMPLES))
    document = copy.deepcopy(example)
    for _ in range(draw(st.integers(0, 3))):
        container = draw(st.sampled_from(list(containers(document))))
        steps = list(container) if isinstance(container, dict) else list(range(len(container)))
        change = draw(st.sampled_from(["remove", "replace", "add"]))
        if change == "add" or not steps:
            if isinstance(container, dict):
                container[draw(KEYS | TEXTS)] = draw(VALUES)
            else:
                container.append(draw(VALUES))
        elif change == "remove":
            del container[draw(st.sampled_from(steps))]
        else:
            container[draw(st.sampled_from(steps))] = draw(VALUES)
    return name, document


@settings(max_examples=800)
@given(variations())
def test_the_quick_answer_is_that_of_the_library(variation: tuple[str, Any]) -> None:
    name, document = variation
    schema = schema_of(name)
    assert schema.conforms(document) == conforms_by_library(document, schema.definition)


@given(VALUES, st.sampled_from(sorted({name for name, _ in EXAMPLES})))
def test_the_quick_answer_is_that_of_the_library_for_any_data(document: Any, name: str) -> None:
    schema = schema_of(name)
    assert schema.conforms(document) == conforms_by_library(document, schema.definition)


@settings(max_examples=300)
@given(variations())
def test_what_does_not_conform_is_explained(variation: tuple[str, Any]) -> None:
    name, document = variation
    schema = schema_of(name)
    assert bool(schema_problems(document, schema)) != schema.conforms(document)


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_the_examples_conform(name: str, example: Any) -> None:
    assert schema_problems(example, schema_of(name)) == ()


def test_the_examples_use_every_key_of_a_detection() -> None:
    used = {key for name, example in EXAMPLES if name.startswith("detection") for key in example}
    assert used == set(SEAT.schema.definition["properties"])


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": []},
        {"type": "null"},
        {"enum": [1]},
        {"$ref": "other.json#/a"},
        {"properties": {"a": {"maxLength": 3}}},
    ],
)
def test_a_schema_beyond_the_known_keywords_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedSchemaError):
        conformance(schema)
