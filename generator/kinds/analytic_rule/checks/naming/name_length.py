"""SG120: a name that no alert can carry."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import NAME_CHARACTERS
from generator.kinds.analytic_rule.model import AnalyticRule


class NameLength(RuleCheck):
    """The name is blank or has more than 256 characters."""

    code = Code(
        "SG120",
        summary="Name too long or blank",
        explanation=(
            "The name of a rule is the name of its alerts and incidents: 1 to 256 characters. The"
            " community's advice is 50 or fewer; details belong in the description."
        ),
        severity=Severity.ERROR,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation (name of up to"
            " 256 characters); https://learn.microsoft.com/azure/sentinel/sentinel-service-limits"
            " (256 bytes for an alert's name)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when the name is blank or over the limit."""
        length = len(rule.display_name)
        if length > NAME_CHARACTERS:
            yield Problem(
                self.code,
                f"the name has {length:,} characters; Sentinel takes {NAME_CHARACTERS}",
                InDocument(("name",)),
            )
        elif not rule.display_name.strip():
            yield Problem(self.code, "the name is blank", InDocument(("name",)))
