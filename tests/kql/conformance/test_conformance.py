"""Every conformance case gives the columns and the rows that the documentation states.

The cases are data: files under cases/, by area, grouped by the page that states the fact
(`source`, or `none`). Expected cells are typed: null is null and '' is the empty string;
date-times, timespans, decimals and GUIDs are written as tostring() writes them.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.kql.environment import Environment, TableSchema
from generator.kql_evaluator.compile import compile_query
from generator.kql_evaluator.conversion import CONVERSIONS
from generator.kql_evaluator.errors import EvaluationError, UnsupportedConstruct
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.table import Column, Table
from generator.kql_evaluator.values import Value, null_of
from generator.kql_service.service import KqlService

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
FEWEST_CASES = 400
MOST_WITHOUT_SOURCE = 0.1
PAGES: list[dict[str, Any]] = [
    page
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for page in yaml.safe_load(path.read_text(encoding="utf-8"))
]
ALL_CASES = [
    pytest.param(page, case, id=f"{page['source'].rpartition('/')[2]}: {case['name']}")
    for page in PAGES
    for case in page["cases"]
]
CASES = [item for item in ALL_CASES if "fails" not in item.values[1]]  # type: ignore[operator]
REFUSALS = [item for item in ALL_CASES if "fails" in item.values[1]]  # type: ignore[operator]


def table_of(declared: dict[str, Any]) -> Table:
    columns = tuple(Column(*text.rsplit(" ", 1)) for text in declared["columns"])
    rows = tuple(
        tuple(
            null_of(column.type) if cell is None else CONVERSIONS[column.type](cell)
            for column, cell in zip(columns, row, strict=True)
        )
        for row in declared["rows"]
    )
    return Table(columns, rows)


@cache
def service_of(declared: tuple[tuple[str, tuple[Column, ...]], ...]) -> KqlService:
    schemas = {
        name: TableSchema(name, tuple((column.name, column.type) for column in columns))
        for name, columns in declared
    }
    return KqlService(Environment(schemas))


def run(page: dict[str, Any], case: dict[str, Any]) -> Table:
    declared = {**page.get("tables", {}), **case.get("tables", {})}
    tables = {name: table_of(table) for name, table in declared.items()}
    service = service_of(tuple((name, table.columns) for name, table in tables.items()))
    compiled = compile_query(service.syntax_tree(case["query"]), service.environment)
    return compiled.run(tables, NOW).table


def same(expected: Value, value: Value) -> bool:
    """Whether a value is the expected one in value and type."""
    if expected is None or isinstance(expected, bool):
        return value is expected
    if isinstance(expected, (list, dict)):
        return isinstance(value, (list, dict)) and json.loads(to_text(value)) == expected
    if isinstance(expected, float):
        return isinstance(value, float) and math.isclose(value, expected, rel_tol=1e-12)
    if isinstance(expected, int):
        return type(value) is int and value == expected
    if isinstance(value, (bool, list, dict)) or type(value) is int or value is None:
        return False
    return to_text(value) == expected


@pytest.mark.parametrize(("page", "case"), CASES)
def test_query_gives_what_its_page_states(page: dict[str, Any], case: dict[str, Any]) -> None:
    table = run(page, case)
    assert [column.name for column in table.columns] == case["columns"]
    shown = [[to_text(value) for value in row] for row in table.rows]
    assert len(table.rows) == len(case["rows"]), shown
    for expected, row in zip(case["rows"], table.rows, strict=True):
        assert len(expected) == len(row)
        for wanted, value in zip(expected, row, strict=True):
            assert same(wanted, value), (wanted, value, shown)


@pytest.mark.parametrize(("page", "case"), REFUSALS)
def test_query_stops_with_the_name_and_place_of_what_is_wrong(
    page: dict[str, Any], case: dict[str, Any]
) -> None:
    with pytest.raises(
        (UnsupportedConstruct, EvaluationError), match=re.escape(case["fails"])
    ) as caught:
        run(page, case)
    assert 0 <= caught.value.start < caught.value.end <= len(case["query"])


def test_cases_are_many_and_nearly_all_have_a_page() -> None:
    with_page = sum(len(page["cases"]) for page in PAGES if page["source"] != "none")
    assert len(ALL_CASES) >= FEWEST_CASES
    assert (len(ALL_CASES) - with_page) / len(ALL_CASES) <= MOST_WITHOUT_SOURCE


def test_every_source_is_a_page_of_the_documentation_named_once_per_area() -> None:
    for page in PAGES:
        assert page["source"] == "none" or page["source"].startswith(
            "https://learn.microsoft.com/en-us/"
        )
        assert page["cases"], page["source"]


def test_an_expected_cell_of_another_type_is_not_the_same() -> None:
    assert not same(1, True)
    assert not same("1", 1)
    assert not same("", None)
    assert not same(None, "")
    assert not same(1.0, 1)
    assert not same(1, Decimal(1))
