"""SG113: a rule that leaves gaps."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import within_schedule_range
from generator.kinds.analytic_rule.model import AnalyticRule


class FrequencyBeyondPeriod(RuleCheck):
    """queryFrequency is longer than queryPeriod."""

    code = Code(
        "SG113",
        summary="queryFrequency longer than queryPeriod",
        explanation=(
            "A rule that runs less often than it looks back never sees the events in between, and"
            " Sentinel refuses it. Make queryPeriod at least as long as queryFrequency."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview (the frequency "
            "must be shorter than or equal to the lookback)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when the period does not cover the frequency."""
        schedule = rule.schedule
        if schedule is None or not within_schedule_range(schedule):
            return
        if schedule.frequency > schedule.period:
            period, frequency = (
                detection.document[key] for key in ("queryPeriod", "queryFrequency")
            )
            yield Problem(
                self.code,
                f"the rule runs every {frequency} but looks back {period}: "
                f"what happens in between is never seen",
                InDocument(("queryPeriod",)),
                f"make queryPeriod at least {frequency}",
            )
