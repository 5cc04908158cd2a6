"""SG150: a suppression that the service does not take."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import LONGEST_SUPPRESSION, SHORTEST_SUPPRESSION
from generator.kinds.analytic_rule.model import AnalyticRule


class SuppressionRange(RuleCheck):
    """suppressionDuration is shorter than 5 minutes or longer than 24 hours."""

    code = Code(
        "SG150",
        summary="suppressionDuration out of range",
        explanation=(
            "How long a rule stays quiet after an alert must lie between 5 minutes and 24 hours. "
            "The duration is part of every rule, so this holds even while suppressionEnabled is "
            "false."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/create-analytics-rules (up to 24 hours); "
            "hashicorp/terraform-provider-azurerm (5 minutes to 24 hours)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when the duration is out of range."""
        if not SHORTEST_SUPPRESSION <= rule.suppression_duration <= LONGEST_SUPPRESSION:
            written = detection.document["suppressionDuration"]
            yield Problem(
                self.code,
                f"suppressionDuration is {written}; it must be 5 minutes to 24 hours",
                InDocument(("suppressionDuration",)),
            )
