"""SG158: grouping by a custom detail that no alert has."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.incidents.grouping import GROUPING, grouping_of
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.text.near_names import did_you_mean, listed


class GroupByUnknownDetail(RuleCheck):
    """groupByCustomDetails names a key that the rule does not have."""

    code = Code(
        "SG158",
        summary="groupByCustomDetails names an unknown custom detail",
        explanation=(
            "Alerts can be grouped only by keys of this rule's own customDetails; Sentinel "
            "refuses others. Add the detail, or remove it from groupByCustomDetails."
        ),
        severity=Severity.ERROR,
        source=(
            "Azure/azure-rest-api-specs, securityinsights 2025-09-01, "
            "GroupingConfiguration.groupByCustomDetails"
        ),
    )

    whole = ("customDetails",)

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each key that the rule does not have."""
        grouping = grouping_of(rule)
        keys = {detail.key for detail in rule.custom_details}
        known = listed(sorted(keys))
        for index, key in enumerate(grouping.custom_details if grouping else ()):
            if key not in keys:
                yield Problem(
                    self.code,
                    f"{key!r} is not a key of the rule's customDetails" + did_you_mean(key, keys),
                    InDocument((*GROUPING, "groupByCustomDetails", index)),
                    f"the rule's keys: {known}",
                )
