"""SG131: an entity with too many identifiers or none."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import FIELD_MAPPINGS
from generator.kinds.analytic_rule.model import AnalyticRule


class FieldMappingCount(RuleCheck):
    """An entity mapping has no identifier, or more than three."""

    code = Code(
        "SG131",
        summary="Wrong number of identifiers in an entity mapping",
        explanation=(
            "An entity mapping holds one to three identifiers. Keep the strongest ones; a second "
            "mapping of the same type makes a second entity, not a better one."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/map-data-fields-to-entities (up to three "
            "identifiers per entity)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each mapping with none, or at the first identifier over the limit."""
        for index, mapping in enumerate(rule.entity_mappings):
            count = len(mapping.fields)
            if not 1 <= count <= FIELD_MAPPINGS:
                path = ("entityMappings", index, "fieldMappings")
                yield Problem(
                    self.code,
                    f"the {mapping.entity_type} mapping has {count} identifiers; "
                    f"Sentinel takes 1 to {FIELD_MAPPINGS}",
                    InDocument((*path, FIELD_MAPPINGS) if count else path),
                )
