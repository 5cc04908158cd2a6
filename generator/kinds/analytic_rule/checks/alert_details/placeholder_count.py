"""SG146: more placeholders than a format may hold."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InText, Problem, Severity
from generator.kinds.analytic_rule.checks.alert_details.display_formats import (
    PLACEHOLDER,
    display_formats,
)
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import FORMAT_PLACEHOLDERS
from generator.kinds.analytic_rule.model import AnalyticRule


class PlaceholderCount(RuleCheck):
    """A display format holds more than three placeholders."""

    code = Code(
        "SG146",
        summary="Too many placeholders in a display format",
        explanation=(
            "alertDisplayNameFormat and alertDescriptionFormat hold up to three `{{Column}}` "
            "placeholders each. Join columns in the query (`strcat`) and use the joined one."
        ),
        severity=Severity.ERROR,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation (at most 3 "
            "parameters per format); https://learn.microsoft.com/azure/sentinel/customize-alert-"
            "details"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem at the first placeholder over the limit of each format."""
        for member, text in display_formats(rule):
            placeholders = list(PLACEHOLDER.finditer(text))
            if len(placeholders) > FORMAT_PLACEHOLDERS:
                yield Problem(
                    self.code,
                    f"{member} has {len(placeholders)} placeholders; "
                    f"Sentinel takes {FORMAT_PLACEHOLDERS}",
                    InText(
                        ("alertDetailsOverride", member), *placeholders[FORMAT_PLACEHOLDERS].span()
                    ),
                    "join columns in the query with strcat() and name the joined one",
                )
