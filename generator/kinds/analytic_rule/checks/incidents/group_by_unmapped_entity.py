"""SG157: grouping by an entity that no alert has."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.incidents.grouping import GROUPING, grouping_of
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.text.near_names import did_you_mean, listed


class GroupByUnmappedEntity(RuleCheck):
    """groupByEntities names a type that the rule does not map."""

    code = Code(
        "SG157",
        summary="groupByEntities names an entity that is not mapped",
        explanation=(
            "Alerts can be grouped only by entities that this rule maps; Sentinel refuses others."
            " Map the entity, or remove it from groupByEntities."
        ),
        severity=Severity.ERROR,
        source=(
            "Azure/azure-rest-api-specs, securityinsights 2025-09-01, "
            "GroupingConfiguration.groupByEntities"
        ),
    )

    whole = ("entityMappings",)

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each entity that the rule does not map."""
        grouping = grouping_of(rule)
        mapped = {mapping.entity_type for mapping in rule.entity_mappings}
        known = listed(sorted(mapped))
        for index, entity in enumerate(grouping.entities if grouping else ()):
            if entity not in mapped:
                yield Problem(
                    self.code,
                    f"the rule maps no entity {entity!r}" + did_you_mean(entity, mapped),
                    InDocument((*GROUPING, "groupByEntities", index)),
                    f"the rule maps: {known}",
                )
