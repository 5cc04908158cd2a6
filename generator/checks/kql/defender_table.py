"""SG432: table that only Defender's advanced hunting has."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.checks.kql.diagnostics import of_kind, place_of
from generator.findings import Code, Problem, Severity
from generator.kql.analysis import Analysis, DiagnosticKind
from generator.kql.query import Query
from generator.kql.schemas.builtin import defender_tables


class DefenderTable(QueryCheck):
    """The query reads a table of advanced hunting that no workspace of Sentinel has."""

    code = Code(
        "SG432",
        summary="Table of Defender's advanced hunting",
        explanation=(
            "Advanced hunting in Microsoft Defender has tables that are not brought into a "
            "workspace of Sentinel: an analytics rule cannot read them, and Sentinel refuses one "
            "that does. Read the table that Sentinel has instead, or make the rule a custom "
            "detection in Defender. Where your workspace does have a table of this name, declare "
            "it in schemas/tables/NAME.yaml."
        ),
        severity=Severity.WARNING,
        source=(
            "https://learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables; "
            "https://learn.microsoft.com/azure/azure-monitor/reference/tables-category"
        ),
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each such table, once."""
        seen: set[str] = set()
        for diagnostic in of_kind(analysis, DiagnosticKind.UNKNOWN_TABLE):
            name = diagnostic.name or ""
            if name.casefold() in defender_tables() and name not in seen:
                seen.add(name)
                instead = defender_tables()[name.casefold()]
                yield Problem(
                    self.code,
                    f"the table {name!r} is one of Defender's advanced hunting; Sentinel does not "
                    "have it",
                    place_of(diagnostic),
                    f"in Sentinel, read {instead}"
                    if instead
                    else "make this a custom detection in Defender",
                )
