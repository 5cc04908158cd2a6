"""Texts on which a matcher that tries every way to read them would not end while tests run.

Nothing here is timed: each input is so large that a quadratic reading of it takes minutes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.catalog.placeholders import placeholders_in
from generator.checks.query.joined_lines import without_tags
from generator.detection_tests.event_files import EventFileError, read_events
from generator.kql.environment import Environment, TableSchema
from generator.kql_evaluator import parsing
from generator.kql_evaluator.errors import EvaluationError, UnsupportedConstruct
from generator.kql_evaluator.operators.items import unique
from generator.kql_evaluator.regex_syntax import means_something_else_in_re2
from generator.kql_evaluator.table import Column
from generator.kql_service.declarations import declarations_for
from generator.kql_templates.scalar_text import parse_timespan
from generator.text.safe_text import without_commands
from tests.kql_evaluator.running import compiled

LONG = 400_000


def test_a_word_of_any_length_is_looked_through_once_for_wildcards() -> None:
    environment = Environment(tables={"Events": TableSchema("Events", (("A", "string"),))})
    found = declarations_for("a" * LONG + " | union Ev*", environment)
    assert [declaration.symbol["name"] for declaration in found] == ["Events"]


@pytest.mark.parametrize("cell", [" [" * 60_000, "a" + " [x" * 40_000, "a [" + "x" * 120_000])
def test_a_header_that_is_nearly_a_time_zone_is_a_name(tmp_path: Path, cell: str) -> None:
    (tmp_path / "events.csv").write_text(f"A,B{cell}\n1,2\n", encoding="utf-8")
    _, events = read_events(tmp_path, Path(), "events.csv")
    assert dict(events[0].values) == {"A": "1", f"B{cell}".strip(): "2"}


def test_a_file_of_more_columns_than_any_table_has_is_refused_at_once(tmp_path: Path) -> None:
    header = ",".join(f"Column{number}" for number in range(100_000))
    (tmp_path / "events.csv").write_text(f"{header}\n{header}\n", encoding="utf-8")
    with pytest.raises(EventFileError, match=r"events.csv has more than 1,000 columns"):
        read_events(tmp_path, Path(), "events.csv")


@pytest.mark.parametrize(
    "text", [" " * LONG + "x", "1" + " " * LONG + "x", "1" * LONG, "+" + " " * LONG]
)
def test_what_is_no_timespan_or_datetime_is_told_whatever_its_length(text: str) -> None:
    assert parsing.parse_timespan(text) is None
    assert parsing.parse_datetime(text) is None
    assert parsing.parse_guid(text) is None
    assert parsing.parse_bool(text) is None
    with pytest.raises(ValueError, match="is not a timespan"):
        parse_timespan(text)


@pytest.mark.parametrize("digits", ["9" * 5000, "-" + "9" * 5000])
def test_numbers_of_any_length_are_values_or_null(digits: str) -> None:
    assert parsing.parse_whole(digits, 64) is None
    assert parsing.parse_timespan(digits) is None
    assert parsing.parse_timespan(digits + "h") is None


@pytest.mark.parametrize("kql_type", ["timespan", "datetime", "guid", "long"])
def test_a_literal_of_blanks_is_answered(kql_type: str) -> None:
    query = f"print {kql_type}(1{' ' * 90_000}x)"
    with pytest.raises((UnsupportedConstruct, EvaluationError)):
        compiled(query)


def test_a_keep_of_many_stars_ends() -> None:
    column = "a" * 200
    query = f"print {column}=1 | project-keep {'a*' * 60}b | getschema"
    assert compiled(query).relation.columns[0].name == "ColumnName"


def test_a_repetition_of_blanks_in_a_pattern_is_read_once() -> None:
    assert not means_something_else_in_re2("a{" + " " * 90_000 + "x")


@pytest.mark.parametrize("tag", ["{", "{%", "{#", "{{ "])
def test_open_tags_alone_are_read_once(tag: str) -> None:
    assert without_tags(tag * LONG) == tag * LONG


def test_tags_of_a_template_become_blanks() -> None:
    assert without_tags("a {{ b }} {% c %}{# {{ #} { {{ d") == "a" + " " * 25 + "{ {{ d"


def test_numbers_that_end_wrongly_are_told_once() -> None:
    assert parsing.parse_real("0" * LONG + "x") is None
    assert parsing.parse_real("1." + "0" * LONG) == 1.0


def test_columns_of_one_name_are_numbered_without_counting_anew() -> None:
    columns = unique(Column("x", "long") for _ in range(100_000))
    assert columns[-1].name == "x99999"


@pytest.mark.parametrize(
    "text",
    [
        "Replace this text" + " " * LONG,
        "Replace this text" + " " * LONG + ":",
        " " * LONG + "Replace",
        "what the rule identifies, " * 20_000,
    ],
)
def test_placeholders_are_looked_for_once(text: str) -> None:
    assert len(list(placeholders_in(text))) <= 1


@pytest.mark.parametrize(
    "text", ["\n" * LONG, " \n" * LONG, "\x1b[0m" * LONG, "\x1b[" + "0" * LONG, " " * LONG]
)
def test_commands_to_a_runner_are_looked_for_once(text: str) -> None:
    assert without_commands(text) == text
