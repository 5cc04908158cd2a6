"""The worked examples of the KQL reference give the results that their pages print.

They are no part of the project: they lie beside a development checkout, and only there this runs.
What differs is explained, with the rows that the evaluator gives, in reference-differences.yaml.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.kql.environment import Environment
from generator.kql_evaluator.compile import compile_query
from generator.kql_evaluator.errors import UnsupportedConstruct
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.table import Column, Table
from generator.kql_service.service import KqlService
from tests.kql.conformance.printed import same_rows
from tests.shared import REFERENCE_EXAMPLES as EXAMPLES_FILE
from tests.shared import needs_shared

DIFFERENCES: dict[str, dict[str, Any]] = {
    item["id"]: item
    for item in yaml.safe_load(
        (Path(__file__).parent / "reference-differences.yaml").read_text(encoding="utf-8")
    )
}
AS_PRINTED = 0.97
SAMPLE_TABLES = {"StormEvents": Table((Column("EventId", "int"),), ((1,),) * 59_066)}
"""One page counts the rows of the help cluster's sample table."""

pytestmark = needs_shared(EXAMPLES_FILE)


def examples() -> list[dict[str, Any]]:
    if not EXAMPLES_FILE.is_file():
        return []
    found: list[dict[str, Any]] = json.loads(EXAMPLES_FILE.read_text(encoding="utf-8"))
    return found


@cache
def result_of(query: str) -> Table:
    environment = Environment()
    tree = KqlService(environment).syntax_tree(query)
    now = datetime(2026, 1, 15, tzinfo=UTC)
    return compile_query(tree, environment).run(SAMPLE_TABLES, now).table


def comes_out_as_printed(example: dict[str, Any]) -> bool:
    try:
        table = result_of(example["query"])
    except UnsupportedConstruct:
        return False
    ordered = re.search(r"\b(sort|order|top)\b", example["query"]) is not None
    names = [name for name, _ in example["columns"]]
    return names == [column.name for column in table.columns] and same_rows(
        example["rows"], table.rows, ordered=ordered
    )


@pytest.mark.parametrize("example", examples(), ids=lambda example: example["id"])
def test_example_comes_out_as_printed_or_its_difference_is_explained(
    example: dict[str, Any],
) -> None:
    difference = DIFFERENCES.get(example["id"])
    if difference is None:
        assert comes_out_as_printed(example)
    elif difference["kind"] == "unsupported":
        with pytest.raises(UnsupportedConstruct):
            result_of(example["query"])
    else:
        assert not comes_out_as_printed(example), "nothing is left to explain"
        rows = [[to_text(value) for value in row] for row in result_of(example["query"]).rows]
        assert rows == difference["rows"]


def test_explained_differences_are_few_and_of_examples_that_exist() -> None:
    known = {example["id"] for example in examples()}
    assert DIFFERENCES.keys() <= known
    others = [item["id"] for item in DIFFERENCES.values() if item["kind"] != "print"]
    assert 1 - len(others) / len(known) >= AS_PRINTED, others
