"""SG145: a display format that is too long or blank."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.alert_details.display_formats import display_formats
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import (
    DESCRIPTION_FORMAT_CHARACTERS,
    DISPLAY_NAME_FORMAT_CHARACTERS,
)
from generator.kinds.analytic_rule.model import AnalyticRule

_LIMITS = {
    "alertDisplayNameFormat": DISPLAY_NAME_FORMAT_CHARACTERS,
    "alertDescriptionFormat": DESCRIPTION_FORMAT_CHARACTERS,
}


class FormatLength(RuleCheck):
    """alertDisplayNameFormat or alertDescriptionFormat is blank or over its limit."""

    code = Code(
        "SG145",
        summary="Display format too long or blank",
        explanation=(
            "alertDisplayNameFormat has 1 to 256 characters, alertDescriptionFormat 1 to 5,000. "
            "Leave a format out to keep the rule's own name or description."
        ),
        severity=Severity.ERROR,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation "
            "(alertDetailsOverride)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each format that is blank or over its limit."""
        for member, text in display_formats(rule):
            limit = _LIMITS[member]
            place = InDocument(("alertDetailsOverride", member))
            if len(text) > limit:
                yield Problem(
                    self.code,
                    f"{member} has {len(text):,} characters; Sentinel takes {limit:,}",
                    place,
                )
            elif not text.strip():
                yield Problem(self.code, f"{member} is blank", place, "leave the format out")
