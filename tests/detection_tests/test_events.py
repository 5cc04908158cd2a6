from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.detection_tests.events import TypedEvents, typed_events
from generator.detection_tests.load import load_suite
from generator.detection_tests.places import in_file
from generator.kql.environment import Environment, FunctionSchema, TableSchema
from generator.kql.schemas.builtin import builtin_environment
from generator.kql_evaluator.values import null_of
from generator.text.source_text import SourceText

TABLE = TableSchema("T", (("Text", "string"), ("Number", "long"), ("Bag", "dynamic")))
ENVIRONMENT = Environment(
    {"T": TABLE, "Open": TableSchema("Open", (("Text", "string"),), is_open=True)},
    {
        "Given": FunctionSchema("Given", columns=(("Text", "string"),)),
        "Computed": FunctionSchema("Computed", body="{ T }"),
    },
)


def typed(tables: str, environment: Environment = ENVIRONMENT) -> tuple[SourceText, TypedEvents]:
    source = SourceText(
        "a.tests.yaml", f"tests:\n- name: a\n  expect: {{alerts: 0}}\n  tables:\n{tables}\n"
    )
    suite, problems = load_suite(source, "area/a")
    assert not problems
    assert suite is not None
    return source, typed_events(source, suite.tests[0], environment, Path())


@given(st.sets(st.sampled_from(["Text", "Number", "Bag"])))
def test_columns_that_an_event_leaves_out_are_missing_values(given_columns: set[str]) -> None:
    values = {"Text": "x", "Number": 5, "Bag": [1]}
    row = ", ".join(f"{name}: {values[name]}" for name in given_columns)
    _, events = typed(f"    T: [{{{row}}}]")
    assert events.problems == ()
    (cells,) = events.tables["T"].rows
    expected = tuple(
        values[name] if name in given_columns else null_of(kql_type)
        for name, kql_type in TABLE.columns
    )
    assert cells == expected


@pytest.mark.parametrize(
    ("tables", "code", "line", "column", "help_"),
    [
        ("    T:\n    - {Txt: x}", "SG607", 6, 8, "did you mean 'Text'?"),
        ("    T:\n    - {text: x}", "SG607", 6, 8, "did you mean 'Text'?"),
        ("    T:\n    - {Number: x}", "SG608", 6, 16, None),
        ("    T:\n    - {Number: '5'}", "SG608", 6, 16, "write it without quotes"),
        ("    T:\n    - {Text: false}", "SG608", 6, 14, "put it in quotes"),
        ("    Opn:\n    - {Text: x}", "SG606", 5, 5, "did you mean 'Open'?"),
        ("    Computed:\n    - {Text: x}", "SG606", 5, 5, None),
        ("    T: {file: none.csv}", "SG609", 5, 15, None),
    ],
)
def test_what_is_wrong_stands_where_it_is_wrong(
    tables: str, code: str, line: int, column: int, help_: str | None
) -> None:
    source, events = typed(tables)
    (problem,) = events.problems
    place = in_file(problem.place, source)
    assert (problem.code, place.line, place.column) == (code, line, column)
    assert help_ is None or problem.help == help_


def test_an_open_table_takes_columns_by_what_their_values_show() -> None:
    _, events = typed("    Open:\n    - {A: 1, B: true}\n    - {A: 1.5, C: {x: 1}, Text: y}")
    shown: dict[str, Any] = {column.name: column.type for column in events.tables["Open"].columns}
    assert shown == {"Text": "string", "A": "real", "B": "bool", "C": "dynamic"}


def test_rows_of_a_function_without_a_body_are_given_by_its_name() -> None:
    _, events = typed("    Given:\n    - {Text: x}")
    assert events.tables["Given"].rows == (("x",),)


def test_sentinels_own_tables_have_the_standard_columns() -> None:
    _, events = typed(
        "    AuditLogs:\n    - {TimeGenerated: -10m, Type: AuditLogs, _ResourceId: /x}",
        builtin_environment(),
    )
    assert events.problems == ()
