"""SG114: a threshold that the service does not take."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import HIGHEST_THRESHOLD
from generator.kinds.analytic_rule.model import AnalyticRule


class ThresholdRange(RuleCheck):
    """triggerThreshold is negative or above 10,000."""

    code = Code(
        "SG114",
        summary="triggerThreshold out of range",
        explanation=(
            "The number of rows that an alert is compared with must be 0 to 10,000. For more, "
            "count in the query (`summarize`) and compare there."
        ),
        severity=Severity.ERROR,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation "
            "(triggerThreshold of 0 to 10,000)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when the threshold is out of range."""
        if rule.schedule is None:
            return
        threshold = rule.schedule.trigger_threshold
        if not 0 <= threshold <= HIGHEST_THRESHOLD:
            yield Problem(
                self.code,
                f"triggerThreshold is {threshold}; it must be 0 to {HIGHEST_THRESHOLD:,}",
                InDocument(("triggerThreshold",)),
            )
