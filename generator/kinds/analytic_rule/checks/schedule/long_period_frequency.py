"""SG112: a long look back, too often."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import (
    LONG_PERIOD,
    LONG_PERIOD_FREQUENCY,
    within_schedule_range,
)
from generator.kinds.analytic_rule.model import AnalyticRule


class LongPeriodFrequency(RuleCheck):
    """queryPeriod is 2 days or more and queryFrequency less than 1 hour."""

    code = Code(
        "SG112",
        summary="Long queryPeriod with a short queryFrequency",
        explanation=(
            "A rule that looks back 2 days or more may run once an hour at most; Sentinel refuses "
            "a shorter frequency. Run it hourly, or look back less."
        ),
        severity=Severity.ERROR,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation (frequency of "
            "at least 1 hour from a period of 2 days on)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when the rule runs too often for its period."""
        schedule = rule.schedule
        if schedule is None or not within_schedule_range(schedule):
            return
        if schedule.period >= LONG_PERIOD and schedule.frequency < LONG_PERIOD_FREQUENCY:
            period, frequency = (
                detection.document[key] for key in ("queryPeriod", "queryFrequency")
            )
            yield Problem(
                self.code,
                f"with a queryPeriod of {period} the queryFrequency must be 1 hour or more, "
                f"not {frequency}",
                InDocument(("queryFrequency",)),
            )
