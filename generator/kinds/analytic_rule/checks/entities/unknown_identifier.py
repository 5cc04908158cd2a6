"""SG134: an identifier that the entity type does not have."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.text.near_names import did_you_mean
from generator.vocabulary.entities import entity_types


class UnknownIdentifier(RuleCheck):
    """identifier is none of the entity type's identifiers."""

    code = Code(
        "SG134",
        summary="Unknown identifier of an entity",
        explanation=(
            "Each entity type has its own identifiers, in exactly that spelling: an Account has "
            "Name, UPNSuffix or AadUserId, an IP has Address. An unknown one identifies nothing."
        ),
        severity=Severity.ERROR,
        source="https://learn.microsoft.com/azure/sentinel/entities-reference",
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each unknown identifier of a known type."""
        for index, mapping in enumerate(rule.entity_mappings):
            entity_type = entity_types().get(mapping.entity_type)
            if entity_type is None:
                continue
            for position, field in enumerate(mapping.fields):
                if field.identifier not in entity_type.identifiers:
                    names = sorted(entity_type.identifiers)
                    yield Problem(
                        self.code,
                        f"{mapping.entity_type} has no identifier {field.identifier!r}"
                        + did_you_mean(field.identifier, names),
                        InDocument(
                            ("entityMappings", index, "fieldMappings", position, "identifier")
                        ),
                        f"{mapping.entity_type} has {', '.join(names)}",
                    )
