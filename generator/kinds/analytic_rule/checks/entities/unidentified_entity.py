"""SG135: identifiers that identify nothing."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.vocabulary.entities import entity_types


class UnidentifiedEntity(RuleCheck):
    """A mapping lacks the identifiers that make an entity of its type."""

    code = Code(
        "SG135",
        summary="Entity mapping without a required identifier",
        explanation=(
            "Sentinel makes an entity only of certain identifiers: an Account of Name, FullName, "
            "Sid, AadUserId, PUID or ObjectGuid, a FileHash of Algorithm and Value together. "
            "UPNSuffix or NTDomain alone make none, so the alert would come without it."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/entities-reference (required "
            "identifiers); Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each mapping whose known identifiers are not enough."""
        for index, mapping in enumerate(rule.entity_mappings):
            entity_type = entity_types().get(mapping.entity_type)
            mapped = frozenset(field.identifier for field in mapping.fields)
            if entity_type is None or not mapped or not mapped <= entity_type.identifiers:
                continue
            if not entity_type.is_identified_by(mapped):
                verb = "makes" if len(mapped) == 1 else "make"
                needed = ", or ".join(" and ".join(names) for names in entity_type.any_of)
                yield Problem(
                    self.code,
                    f"{' and '.join(sorted(mapped))} alone {verb} no {mapping.entity_type}",
                    InDocument(("entityMappings", index, "fieldMappings")),
                    f"map {needed}",
                )
