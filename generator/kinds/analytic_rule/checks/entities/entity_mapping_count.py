"""SG130: more entity mappings than a rule may have."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import ENTITY_MAPPINGS
from generator.kinds.analytic_rule.model import AnalyticRule


class EntityMappingCount(RuleCheck):
    """The rule has more than 10 entity mappings."""

    code = Code(
        "SG130",
        summary="Too many entity mappings",
        explanation=(
            "A rule maps up to 10 entities. Several mappings of one type count each; keep those "
            "that an analyst pivots on."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/sentinel-service-limits (10 entity "
            "mappings per rule)"
        ),
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem at the first mapping over the limit."""
        count = len(rule.entity_mappings)
        if count > ENTITY_MAPPINGS:
            yield Problem(
                self.code,
                f"the rule has {count} entity mappings; Sentinel takes {ENTITY_MAPPINGS}",
                InDocument(("entityMappings", ENTITY_MAPPINGS)),
            )
