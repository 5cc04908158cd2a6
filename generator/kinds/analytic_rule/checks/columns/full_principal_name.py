"""SG462: a full user principal name as an account's Name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleResultCheck
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kql.analysis import Analysis, ResultColumn
from generator.kql.lexical import code_alone

_PRINCIPAL_NAMES = ("userprincipalname", "upn")
_CUTS_TEXT = re.compile(
    r"\b(?:split|substring|extract|extract_all|parse\w*|replace\w*|trim\w*|indexof|has_any_index)\b"
)


class FullPrincipalName(RuleResultCheck):
    """Account Name is mapped to a column that holds user principal names."""

    code = Code(
        "SG462",
        summary="Full user principal name as an account's Name",
        explanation=(
            "The identifier Name of an account is the part of its user principal name before the "
            "@; since 2026-07-01 Sentinel writes it so itself, and what compares names "
            "(automation rules, other rules, the account's page) no longer meets the full one. "
            "Map the full name to FullName, or split it: Name to what is before the @, UPNSuffix "
            "to what is behind it."
        ),
        severity=Severity.NOTE,
        source=(
            "https://learn.microsoft.com/azure/sentinel/entities-reference (account: Name, "
            "UPNSuffix)"
        ),
    )

    def examine(
        self, rule: AnalyticRule, detection: Detection, analysis: Analysis
    ) -> Iterator[Problem]:
        """Yield a problem for each Name whose column certainly is a user principal name."""
        for index, mapping in enumerate(rule.entity_mappings):
            if mapping.entity_type != "Account":
                continue
            for position, field in enumerate(mapping.fields):
                column = analysis.column(field.column) if field.identifier == "Name" else None
                if column is not None and _holds_principal_names(column, rule.query):
                    path = ("entityMappings", index, "fieldMappings", position, "columnName")
                    yield Problem(
                        self.code,
                        f"{field.column!r} holds full user principal names; an account's Name is "
                        "the part before the @",
                        InDocument(path),
                        "map it to FullName, or split it into Name and UPNSuffix",
                    )


def _holds_principal_names(column: ResultColumn, query: str) -> bool:
    """Tell it by whose value is passed on, or by the name if nothing cuts texts."""
    if (column.held_name or "").lower().endswith(_PRINCIPAL_NAMES):
        return True
    return (
        column.origin is None
        and column.type in {"string", "unknown"}
        and column.name.lower().endswith(_PRINCIPAL_NAMES)
        and _CUTS_TEXT.search(code_alone(query)) is None
    )
