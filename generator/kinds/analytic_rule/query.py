"""The query of a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.kinds.analytic_rule.assemble import assemble
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kinds.partial_models import PartialModels
from generator.kql.query import Query


def query_of(rule: AnalyticRule, document: Mapping[str, Any]) -> Query:
    """Return a rule's query, which looks back as far as the schedule says.

    An NRT rule looks at what has just been ingested (Microsoft's page on NRT rules).
    """
    written = "template" if "template" in document else "query"
    period = None if rule.schedule is None else rule.schedule.period
    return Query(rule.query, (written,), period, by_ingestion=rule.schedule is None)


PARTIAL_RULES = PartialModels(assemble, query_of, {"query": "text", "schedule": "period"})
"""How checks are given what is usable of a detection."""
