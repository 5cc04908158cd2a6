"""Rules and results for tests, with only what a test is about written out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from generator.kinds.analytic_rule.model import (
    AnalyticRule,
    EntityMapping,
    FieldMapping,
    RuleKind,
    Schedule,
    TriggerOperator,
)
from generator.kql_evaluator.table import Column, Table


def rule(
    *,
    kind: RuleKind = RuleKind.SCHEDULED,
    operator: TriggerOperator = TriggerOperator.GREATER_THAN,
    threshold: int = 0,
    **members: Any,
) -> AnalyticRule:
    schedule = Schedule(timedelta(hours=1), timedelta(hours=2), operator, threshold)
    return AnalyticRule(
        id="5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10",
        kind=kind,
        display_name="The rule's own name",
        description="The rule's own description",
        severity="Medium",
        enabled=True,
        query="",
        schedule=schedule if kind is RuleKind.SCHEDULED else None,
        suppression_enabled=False,
        suppression_duration=timedelta(hours=5),
        tactics=("Persistence",),
        **members,
    )


def mapping(entity_type: str, **fields: str) -> EntityMapping:
    pairs = tuple(FieldMapping(identifier, column) for identifier, column in fields.items())
    return EntityMapping(entity_type, pairs)


def result(*rows: dict[str, Any]) -> Table:
    """A table of dynamic columns; every row has the same keys."""
    names = list(rows[0]) if rows else ["Column"]
    columns = tuple(Column(name, "dynamic") for name in names)
    return Table(columns, tuple(tuple(row[name] for name in names) for row in rows))
