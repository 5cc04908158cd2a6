"""SG116: an NRT rule with a schedule."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.model import AnalyticRule, RuleKind

_SCHEDULE_FIELDS = ("queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold")


class NrtSchedule(RuleCheck):
    """A rule of kind NRT carries schedule or trigger fields."""

    code = Code(
        "SG116",
        summary="Schedule fields in an NRT rule",
        explanation=(
            "An NRT rule runs every minute over what was ingested in the minute before and raises"
            " an alert on any row: queryFrequency, queryPeriod, triggerOperator and "
            "triggerThreshold mean nothing there, so the rule would not do what they say. Remove "
            "them, or make the rule Scheduled."
        ),
        severity=Severity.ERROR,
        source="https://learn.microsoft.com/azure/sentinel/near-real-time-rules",
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield one problem, at the first of the fields."""
        if rule.kind is not RuleKind.NRT:
            return
        fields = [name for name in _SCHEDULE_FIELDS if detection.document.get(name) is not None]
        if fields:
            yield Problem(
                self.code,
                f"an NRT rule has no {', '.join(fields)}: it runs every minute "
                "and alerts on any row",
                InDocument((fields[0],), "key"),
                "remove the fields, or write kind: Scheduled",
            )
