"""SG151: a suppression that ends before the next run."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import SHORTEST_SUPPRESSION
from generator.kinds.analytic_rule.model import AnalyticRule


class PointlessSuppression(RuleCheck):
    """Suppression is on and ends before the rule runs again."""

    code = Code(
        "SG151",
        summary="Suppression shorter than queryFrequency",
        explanation=(
            "A rule that is quiet for less time than it takes to its next run is never quiet. "
            "Make suppressionDuration longer than queryFrequency, or switch suppression off."
        ),
        severity=Severity.WARNING,
        source="hashicorp/terraform-provider-azurerm refuses it: suppression would have no effect",
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when suppression cannot have an effect."""
        if rule.schedule is None or not rule.suppression_enabled:
            return
        if SHORTEST_SUPPRESSION <= rule.suppression_duration < rule.schedule.frequency:
            written = detection.document.get("suppressionDuration")
            key = "suppressionEnabled" if written is None else "suppressionDuration"
            yield Problem(
                self.code,
                f"suppression for {written or '5 hours, the default,'} ends before the next run, "
                f"which is after {detection.document['queryFrequency']}",
                InDocument((key,)),
            )
