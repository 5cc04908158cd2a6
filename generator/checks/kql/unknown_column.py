"""SG406: unknown column."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.checks.kql.diagnostics import LANGUAGE_SERVICE_SOURCE, as_problem, of_kind
from generator.findings import Code, Problem, Severity
from generator.kql.analysis import Analysis, DiagnosticKind
from generator.kql.query import Query


class UnknownColumn(QueryCheck):
    """The query names a column that does not exist where it is named."""

    code = Code(
        "SG406",
        summary="Unknown column",
        explanation=(
            "At this place of the query there is no such column: the table does not have it, or "
            "an operator before (project, summarize, project-away …) has dropped it. Sentinel "
            "refuses such a query. Names of columns are case-sensitive. Where the published "
            "list of a table's columns lags behind, add the column in schemas/tables/NAME.yaml, "
            "or set tables: {NAME: {unknownColumns: warning}} in sentinelgen.yaml."
        ),
        severity=Severity.ERROR,
        source=LANGUAGE_SERVICE_SOURCE,
        superseded_by=("SG472",),
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each unknown column."""
        for diagnostic in of_kind(analysis, DiagnosticKind.UNKNOWN_COLUMN):
            help_ = None
            if diagnostic.tables:
                tables = ", ".join(diagnostic.tables)
                help_ = f"columns here come from {tables}; schemas/tables/ can add missing ones"
            yield as_problem(self.code, diagnostic, help_)
