"""Operators, sources and plugins by their KQL names, for the documentation.

Functions are listed by `reference`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from generator.kql_evaluator.handlers import HANDLERS
from generator.kql_evaluator.operators.plugins import PLUGINS


@dataclass(frozen=True, slots=True)
class Group:
    """Names under one heading, in alphabetical order."""

    title: str
    names: tuple[str, ...]


_KEYWORDS = {
    "FilterOperator": "where",
    "SortOperator": "sort",
    "GetSchemaOperator": "getschema",
    "MvExpandOperator": "mv-expand",
    "MvApplyOperator": "mv-apply",
    "ParseWhereOperator": "parse-where",
    "ParseKvOperator": "parse-kv",
    "MakeSeriesOperator": "make-series",
    "SampleDistinctOperator": "sample-distinct",
    "DataTableExpression": "datatable",
    "ExternalDataExpression": "externaldata",
    "MaterializeExpression": "materialize",
}
_SOURCES = ("DataTableExpression", "ExternalDataExpression", "PrintOperator", "RangeOperator")


def groups() -> tuple[Group, ...]:
    """Return operators, sources and plugins that queries may use."""
    return (
        _group("Tabular operators", map(keyword, HANDLERS.operators)),
        _group(
            "Sources", (*map(keyword, _SOURCES), "let", "materialize", "table()", "workspace()")
        ),
        _group("Plugins of evaluate", PLUGINS),
    )


def _group(title: str, names: Iterable[str]) -> Group:
    return Group(title, tuple(sorted(set(names))))


def keyword(kind: str) -> str:
    """Return the KQL word of an operator's node kind: `project-away` of `ProjectAwayOperator`."""
    if kind in _KEYWORDS:
        return _KEYWORDS[kind]
    stem = kind.removesuffix("Operator").removesuffix("Expression")
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in stem).lstrip("-")
