"""SG430: table that no required data connector delivers."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.checks.kql.connectors import data_types, tables_read
from generator.findings import Code, InQuery, Problem, Severity
from generator.kql.analysis import Analysis
from generator.kql.helper_tables import HELPER_TABLES
from generator.kql.query import Query


class UndeliveredTable(QueryCheck):
    """The query reads a table that no listed connector delivers."""

    code = Code(
        "SG430",
        summary="Table that no required data connector delivers",
        explanation=(
            "requiredDataConnectors tells a user which connectors the rule needs, and Sentinel "
            "shows whether they are connected. This table is not among their dataTypes. Helper "
            "tables (IdentityInfo, BehaviorAnalytics, threat intelligence, watchlists) and "
            "functions need none."
        ),
        severity=Severity.NOTE,
        source="our own decision, after the Azure-Sentinel style guide (requiredDataConnectors)",
    )

    whole = ("requiredDataConnectors",)

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each table that is not delivered, where any connector is listed."""
        delivered = data_types(detection)
        if not delivered:
            return
        names = ", ".join(sorted(delivered.values()))
        for name, start, end in tables_read(analysis):
            if name.casefold() not in delivered and name not in HELPER_TABLES:
                yield Problem(
                    self.code,
                    f"none of the required data connectors delivers {name!r}, only {names}",
                    InQuery(start, end),
                    "add the connector and its data type to requiredDataConnectors",
                )
