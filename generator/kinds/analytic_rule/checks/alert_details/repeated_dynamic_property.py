"""SG148: an alert property that two columns override."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.model import AnalyticRule


class RepeatedDynamicProperty(RuleCheck):
    """alertDynamicProperties names one property twice."""

    code = Code(
        "SG148",
        summary="Alert property overridden twice",
        explanation=(
            "An alert property takes its value from one column. Decide in the query (`coalesce`, "
            "`iff`) which value wins."
        ),
        severity=Severity.ERROR,
        source=(
            "Azure/azure-rest-api-specs, securityinsights 2025-09-01, AlertProperty; "
            "https://learn.microsoft.com/azure/sentinel/customize-alert-details"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem at each repetition."""
        override = rule.alert_details_override
        seen: set[str] = set()
        for index, member in enumerate(override.dynamic_properties if override else ()):
            if member.alert_property in seen:
                path = ("alertDetailsOverride", "alertDynamicProperties", index, "alertProperty")
                yield Problem(
                    self.code,
                    f"{member.alert_property} is overridden twice",
                    InDocument(path),
                    "decide in the query which value wins",
                )
            seen.add(member.alert_property)
