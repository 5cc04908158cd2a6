"""SG121: a description that no alert can carry."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import DESCRIPTION_CHARACTERS
from generator.kinds.analytic_rule.model import AnalyticRule


class DescriptionLength(RuleCheck):
    """The description has more than 5,000 characters."""

    code = Code(
        "SG121",
        summary="Description too long",
        explanation=(
            "The description of a rule becomes that of its alerts: up to 5,000 characters. What "
            "an analyst does next belongs in `triage`, sources into `references`."
        ),
        severity=Severity.ERROR,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation (description "
            "of up to 5,000 characters); https://learn.microsoft.com/azure/sentinel/sentinel-"
            "service-limits (5 KB for an alert's description)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when the description is over the limit."""
        length = len(rule.description or "")
        if length > DESCRIPTION_CHARACTERS:
            yield Problem(
                self.code,
                f"the description has {length:,} characters; "
                f"Sentinel takes {DESCRIPTION_CHARACTERS:,}",
                InDocument(("description",), "key"),
                "move what an analyst does into triage, sources into references",
            )
