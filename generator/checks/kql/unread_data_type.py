"""SG431: required data type that the query does not read."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.checks.kql.connectors import (
    calls_functions_of_the_workspace,
    listed_data_types,
    table_of,
    tables_read,
)
from generator.findings import Code, InDocument, Problem, Severity
from generator.kql.analysis import Analysis
from generator.kql.query import Query


class UnreadDataType(QueryCheck):
    """A listed connector delivers a data type that the query does not read."""

    code = Code(
        "SG431",
        summary="Required data type that the query does not read",
        explanation=(
            "requiredDataConnectors lists a data type that the query does not read, so users "
            "are told to connect something that the rule does not need. Where the query calls a "
            "function whose tables are not known, nothing is said."
        ),
        severity=Severity.NOTE,
        source="our own decision, after the Azure-Sentinel style guide (requiredDataConnectors)",
    )

    whole = ("requiredDataConnectors",)

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each data type that is not read."""
        if not analysis.is_understood or calls_functions_of_the_workspace(analysis):
            return
        read = {name.casefold() for name, _, _ in tables_read(analysis)}
        for path, data_type in listed_data_types(detection):
            if table_of(data_type).casefold() not in read:
                yield Problem(self.code, f"the query does not read {data_type!r}", InDocument(path))
