from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import generator
from generator.text.conformance import conformance
from generator.text.schema import Schema
from generator.text.source_text import SourceText
from generator.text.strict_document import DocumentFormat, as_lines, read_document

DEFINITION: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "on": {"type": "boolean"},
        "limits": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"count": {"type": "integer", "minimum": 0}},
        },
    },
}
SCHEMA = Schema(DEFINITION, conformance(DEFINITION))
FORMAT = DocumentFormat(schema_for=lambda _document: SCHEMA)


def lines(text: str, format_: DocumentFormat = FORMAT) -> list[str]:
    source = SourceText("a.yaml", text)
    return as_lines(source, read_document(source, format_).problems)


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    assert lines("naem: a\nlimits:\n  count: many\n  cuont: 3\n") == [
        "a.yaml:1:1: unknown key 'naem': did you mean 'name'?",
        "a.yaml:3:10: limits.count must be a whole number, not 'many'",
        "a.yaml:4:3: unknown key 'cuont': did you mean 'count'?",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: [a\n", "a.yaml:1:7: this bracket is never closed"),
        ("name: a\nname: b\n", "a.yaml:2:1: the key 'name' stands here already, at line 1"),
        ("name: !!python/object:os.system a\n", "a.yaml:1:7: the tag"),
        ("- name\n", "a.yaml:1:1: the document is a list, not a mapping"),
        ("limits: {}\n", "a.yaml:1:1: missing: 'name'"),
        ("", "a.yaml:1:1: the file is empty"),
        ("name: a\non: yes\n", "a.yaml:2:1: the key on is read as true or false, not as text"),
    ],
)
def test_every_problem_has_its_place(text: str, line: str) -> None:
    (only,) = lines(text)
    assert only.startswith(line)


def test_a_key_that_yaml_reads_as_a_word_is_that_word_where_the_format_says_so() -> None:
    format_ = DocumentFormat(schema_for=lambda _document: SCHEMA, keys_as_written=True)
    document = read_document(SourceText("a.yaml", "name: a\non: true\n"), format_)
    assert (document.value, document.problems) == ({"name": "a", "on": True}, ())
    assert lines("name: a\non: true\non: false\n", format_) == [
        "a.yaml:3:1: the key 'on' stands here already, at line 2"
    ]
    assert lines("name: a\non: 5\n", format_) == [
        "a.yaml:2:5: on must be true or false, not 5",
    ]


def test_an_empty_file_means_what_the_format_says() -> None:
    format_ = DocumentFormat(schema_for=lambda _document: SCHEMA, empty={})
    assert read_document(SourceText("a.yaml", "# nothing\n"), format_).value == {}


def test_a_format_may_have_one_code_for_its_shape() -> None:
    format_ = DocumentFormat(schema_for=lambda _document: SCHEMA, code="SG490")
    document = read_document(SourceText("a.yaml", "naem: a\n"), format_)
    assert {problem.code for problem in document.problems} == {"SG490"}


def test_what_is_wrong_in_one_part_leaves_the_others_sound() -> None:
    document = read_document(SourceText("a.yaml", "name: 5\nlimits: {cuont: 3}\n"), FORMAT)
    assert not document.is_sound("name")
    assert document.is_sound("on")
    assert document.is_sound("limits", "count")


def test_nobody_else_reads_our_files() -> None:
    package = Path(generator.__file__).parent
    reading = {
        str(module.relative_to(package))
        for module in package.rglob("*.py")
        if re.search(r"\b(load_yaml|yaml\.(safe_)?load|yaml\.compose)\(", module.read_text("utf-8"))
    }
    # A detection's schema problems leave it usable in part; retiring compares a text with itself.
    assert reading == {
        "catalog/load.py",
        "cli/retiring.py",
        "text/strict_document.py",
        "text/yaml_text.py",
    }
