"""SG132: an identifier that is mapped twice."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.model import AnalyticRule


class RepeatedIdentifier(RuleCheck):
    """One entity mapping names the same identifier twice."""

    code = Code(
        "SG132",
        summary="Identifier repeated in an entity mapping",
        explanation=(
            "Each identifier of an entity holds one value, so it is mapped once. For two accounts"
            " write two Account mappings."
        ),
        severity=Severity.ERROR,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation (identifiers "
            "are unique within a mapping)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem at each repetition."""
        for index, mapping in enumerate(rule.entity_mappings):
            seen: set[str] = set()
            for position, field in enumerate(mapping.fields):
                if field.identifier in seen:
                    yield Problem(
                        self.code,
                        f"the {mapping.entity_type} mapping names {field.identifier} twice",
                        InDocument(
                            ("entityMappings", index, "fieldMappings", position, "identifier")
                        ),
                        f"for two entities write two {mapping.entity_type} mappings",
                    )
                seen.add(field.identifier)
