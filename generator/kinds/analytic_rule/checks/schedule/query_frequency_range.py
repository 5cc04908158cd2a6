"""SG110: queryFrequency outside of what the service takes."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import LONGEST_SCHEDULE, SHORTEST_SCHEDULE
from generator.kinds.analytic_rule.model import AnalyticRule


class QueryFrequencyRange(RuleCheck):
    """queryFrequency is shorter than 5 minutes or longer than 14 days."""

    code = Code(
        "SG110",
        summary="queryFrequency out of range",
        explanation=(
            "How often a rule runs must lie between 5 minutes and 14 days; Sentinel refuses "
            "anything else. An NRT rule (`kind: NRT`) runs every minute."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview (query "
            "scheduling: 5 minutes to 14 days)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when queryFrequency is out of range."""
        if rule.schedule is None:
            return
        if not SHORTEST_SCHEDULE <= rule.schedule.frequency <= LONGEST_SCHEDULE:
            yield Problem(
                self.code,
                f"queryFrequency is {detection.document['queryFrequency']}; "
                "it must be 5 minutes to 14 days",
                InDocument(("queryFrequency",)),
            )
