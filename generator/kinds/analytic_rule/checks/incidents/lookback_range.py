"""SG155: a grouping that looks back too far or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.incidents.grouping import GROUPING, grouping_of, value_at
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import LONGEST_LOOKBACK, SHORTEST_LOOKBACK
from generator.kinds.analytic_rule.model import AnalyticRule


class LookbackRange(RuleCheck):
    """lookbackDuration is shorter than 5 minutes or longer than 7 days."""

    code = Code(
        "SG155",
        summary="lookbackDuration out of range",
        explanation=(
            "Alerts are grouped into an incident that is at most this old: 5 minutes to 7 days."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/create-analytics-rules (alert grouping: 5"
            " minutes to 7 days)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when the duration is out of range."""
        grouping = grouping_of(rule)
        if grouping is None or SHORTEST_LOOKBACK <= grouping.lookback <= LONGEST_LOOKBACK:
            return
        path = (*GROUPING, "lookbackDuration")
        written = value_at(detection.document, path)
        yield Problem(
            self.code,
            f"lookbackDuration is {written}; it must be 5 minutes to 7 days",
            InDocument(path),
        )
