"""SG422: entity identifier from a dynamic column."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleResultCheck
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kql.analysis import Analysis


class IdentifierType(RuleResultCheck):
    """An entity identifier is mapped to a column of type dynamic."""

    code = Code(
        "SG422",
        summary="Entity identifier from a dynamic column",
        explanation=(
            "The identifier of an entity is one text. A dynamic column holds a list or an "
            "object (make_set and parse_json give such columns), and an entity with that text "
            "in its place matches nothing. Take one value out of it: tostring(Column[0]), or "
            "mv-expand."
        ),
        severity=Severity.WARNING,
        source="https://learn.microsoft.com/azure/sentinel/map-data-fields-to-entities",
    )

    def examine(
        self, rule: AnalyticRule, detection: Detection, analysis: Analysis
    ) -> Iterator[Problem]:
        """Yield a problem for each identifier whose column is dynamic."""
        for index, mapping in enumerate(rule.entity_mappings):
            for position, field in enumerate(mapping.fields):
                column = analysis.column(field.column)
                if column is not None and column.type == "dynamic":
                    path = ("entityMappings", index, "fieldMappings", position, "columnName")
                    yield Problem(
                        self.code,
                        f"{mapping.entity_type} {field.identifier} is mapped to {field.column!r}, "
                        "which is dynamic: an identifier is one text",
                        InDocument(path),
                        f"convert it in the query, for example tostring({field.column})",
                    )
