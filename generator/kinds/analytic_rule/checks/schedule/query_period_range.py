"""SG111: queryPeriod outside of what the service takes."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import LONGEST_SCHEDULE, SHORTEST_SCHEDULE
from generator.kinds.analytic_rule.model import AnalyticRule


class QueryPeriodRange(RuleCheck):
    """queryPeriod is shorter than 5 minutes or longer than 14 days."""

    code = Code(
        "SG111",
        summary="queryPeriod out of range",
        explanation=(
            "How far back a rule looks must lie between 5 minutes and 14 days; Sentinel refuses "
            "anything else. For a longer memory, keep what was seen in a watchlist or a summary "
            "table."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview (lookback: 5 "
            "minutes to 14 days)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when queryPeriod is out of range."""
        if rule.schedule is None:
            return
        if not SHORTEST_SCHEDULE <= rule.schedule.period <= LONGEST_SCHEDULE:
            yield Problem(
                self.code,
                f"queryPeriod is {detection.document['queryPeriod']}; "
                "it must be 5 minutes to 14 days",
                InDocument(("queryPeriod",)),
            )
