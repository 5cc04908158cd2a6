"""Queries run in tests: on tables that a fixture names, at a fixed now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from generator.kql.environment import Environment, TableSchema
from generator.kql_evaluator.compile import CompiledQuery, Outcome, compile_query
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.table import Column, Table
from generator.kql_service.service import KqlService

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)

EVENTS = Table(
    (
        Column("TimeGenerated", "datetime"),
        Column("Account", "string"),
        Column("Code", "long"),
        Column("Detail", "dynamic"),
    ),
    (
        (None, "ana", 1, {"os": "Windows", "tags": ["a", "b"]}),
        (None, "bob", 2, {"os": "Linux", "tags": []}),
        (None, "ana", None, None),
    ),
)
"""Three rows with a null, an empty array and a missing bag."""

TABLES = {"Events": EVENTS}
ENVIRONMENT = Environment(
    tables={
        name: TableSchema(name, tuple((column.name, column.type) for column in table.columns))
        for name, table in TABLES.items()
    }
)


def compiled(query: str) -> CompiledQuery:
    return compile_query(KqlService(ENVIRONMENT).syntax_tree(query), ENVIRONMENT)


def run(
    query: str, *, trace: bool = False, watchlists: Mapping[str, Table] | None = None
) -> Outcome:
    return compiled(query).run(TABLES, NOW, watchlists, trace=trace)


def shown(query: str) -> tuple[list[str], list[list[str]]]:
    """Return the column names and the rows of a query, every cell as tostring() gives it."""
    table = run(query).table
    names = [column.name for column in table.columns]
    return names, [[to_text(value) for value in row] for row in table.rows]
