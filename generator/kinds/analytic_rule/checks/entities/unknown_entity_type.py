"""SG133: an entity type that Sentinel does not have."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.text.near_names import did_you_mean
from generator.vocabulary.entities import entity_types


class UnknownEntityType(RuleCheck):
    """entityType is none of the API's types."""

    code = Code(
        "SG133",
        summary="Unknown entity type",
        explanation=(
            "entityType is one of the types that the API lists, in exactly that spelling: "
            "Account, Host, IP, URL and so on. Sentinel's own columns of entities go into "
            "sentinelEntitiesMappings."
        ),
        severity=Severity.ERROR,
        source=(
            "Azure/azure-rest-api-specs, securityinsights 2025-09-01, EntityMappingType; "
            "https://learn.microsoft.com/azure/sentinel/entities-reference"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each unknown type."""
        types = entity_types()
        for index, mapping in enumerate(rule.entity_mappings):
            if mapping.entity_type not in types:
                yield Problem(
                    self.code,
                    f"there is no entity type {mapping.entity_type!r}"
                    + did_you_mean(mapping.entity_type, types),
                    InDocument(("entityMappings", index, "entityType")),
                    f"the types are {', '.join(types)}",
                )
