"""SG212: a template version without the template."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.checks.check import RuleCheck
from generator.findings import InDocument, Problem, Severity
from generator.rules.analytic_rule import AnalyticRule


class TemplateVersion(RuleCheck):
    """templateVersion stands without alertRuleTemplateName."""

    code = "SG212"
    title = "templateVersion without alertRuleTemplateName"
    explanation = (
        "templateVersion says which version of a rule template a rule was made of, so it "
        "needs alertRuleTemplateName beside it. A detection of your own has `version` "
        "instead."
    )
    severity = Severity.WARNING
    source = (
        "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation "
        "(templateVersion only with alertRuleTemplateName)"
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when the template has a version and no name."""
        document = detection.document
        if (
            document.get("templateVersion") is None
            or document.get("alertRuleTemplateName") is not None
        ):
            return
        yield Problem(
            self.code,
            "templateVersion says nothing without alertRuleTemplateName",
            InDocument(("templateVersion",), "key"),
            "write version, or name the template",
        )
