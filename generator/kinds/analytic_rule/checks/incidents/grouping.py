"""Where a rule's grouping stands, in the rule and in the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.findings import DocumentPath
from generator.kinds.analytic_rule.model import AnalyticRule, Grouping

GROUPING = ("incidentConfiguration", "groupingConfiguration")
"""The path of the grouping in a detection."""


def grouping_of(rule: AnalyticRule) -> Grouping | None:
    """Return the rule's grouping, or None where it has none."""
    return rule.incident_configuration.grouping if rule.incident_configuration else None


def value_at(document: Mapping[str, Any], path: DocumentPath) -> object:
    """Return the value at a path that is known to exist."""
    value: Any = document
    for step in path:
        value = value[step]
    return value
