"""SG220: a column of the old entity mapping."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InQuery, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kql.lexical import code_alone

_ENTITY_TYPES = {
    "Account": "Account",
    "Host": "Host",
    "IP": "IP",
    "URL": "URL",
    "Process": "Process",
    "FileHash": "FileHash",
}
_LEGACY = re.compile(rf"(?<!\w)({'|'.join(_ENTITY_TYPES)})CustomEntity(?!\w)", re.ASCII)


class LegacyEntityColumn(RuleCheck):
    """The query makes AccountCustomEntity or the like and maps no such entity."""

    code = Code(
        "SG220",
        summary="Column of the old entity mapping",
        explanation=(
            "Columns such as AccountCustomEntity once mapped entities by their name alone. "
            "Sentinel has ignored that since entityMappings exist, so a rule that relies on it "
            "raises alerts without the entity. Map the column in entityMappings."
        ),
        severity=Severity.WARNING,
        source=(
            "Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation (old entity "
            "columns need a mapping); https://learn.microsoft.com/azure/sentinel/map-data-fields-"
            "to-entities"
        ),
    )

    whole = ("entityMappings",)

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem at the first use of each column without a mapping of its type."""
        if "CustomEntity" not in rule.query:
            return
        mapped = {mapping.entity_type for mapping in rule.entity_mappings}
        found: set[str] = set()
        for match in _LEGACY.finditer(code_alone(rule.query)):
            column, entity_type = match[0], _ENTITY_TYPES[match[1]]
            if entity_type not in mapped and column not in found:
                found.add(column)
                yield Problem(
                    self.code,
                    f"{column} maps no entity by itself any more",
                    InQuery(*match.span()),
                    f"add an entity mapping of type {entity_type}",
                )
