"""SG156: grouping by a selection of nothing."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.incidents.grouping import GROUPING, grouping_of
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.model import AnalyticRule


class SelectedWithoutGroupBy(RuleCheck):
    """matchingMethod is Selected and every groupBy list is empty."""

    code = Code(
        "SG156",
        summary="matchingMethod Selected without a groupBy",
        explanation=(
            "With matchingMethod Selected alerts are grouped by what groupByEntities, "
            "groupByAlertDetails and groupByCustomDetails list; at least one of them must not be "
            "empty, or Sentinel refuses the rule. AllEntities and AnyAlert need none."
        ),
        severity=Severity.ERROR,
        source="Azure/azure-rest-api-specs, securityinsights 2025-09-01, GroupingConfiguration",
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when nothing is selected."""
        grouping = grouping_of(rule)
        if grouping is None or grouping.matching_method != "Selected":
            return
        if not (grouping.entities or grouping.alert_details or grouping.custom_details):
            yield Problem(
                self.code,
                "matchingMethod Selected needs something to group by",
                InDocument((*GROUPING, "matchingMethod")),
                "fill groupByEntities, groupByAlertDetails or groupByCustomDetails",
            )
