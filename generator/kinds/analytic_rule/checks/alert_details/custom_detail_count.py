"""SG140: more custom details than a rule may have."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import CUSTOM_DETAILS
from generator.kinds.analytic_rule.model import AnalyticRule


class CustomDetailCount(RuleCheck):
    """The rule has more than 20 custom details."""

    code = Code(
        "SG140",
        summary="Too many custom details",
        explanation=(
            "A rule surfaces up to 20 custom details, 2 KB in all. Keep what an analyst decides "
            "by; the rest is in the events."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/sentinel-service-limits (20 custom "
            "details per rule); https://learn.microsoft.com/azure/sentinel/surface-custom-"
            "details-in-alerts"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem at the first detail over the limit."""
        count = len(rule.custom_details)
        if count > CUSTOM_DETAILS:
            yield Problem(
                self.code,
                f"the rule has {count} custom details; Sentinel takes {CUSTOM_DETAILS}",
                InDocument(("customDetails", rule.custom_details[CUSTOM_DETAILS].key), "key"),
            )
