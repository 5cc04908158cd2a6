"""SG403: misspelt table or function."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.checks.kql.diagnostics import LANGUAGE_SERVICE_SOURCE, as_problem, of_kind
from generator.findings import Code, Problem, Severity
from generator.kql.analysis import Analysis, DiagnosticKind
from generator.kql.query import Query


class MisspeltName(QueryCheck):
    """A table or function does not exist, and one that differs by one edit or by case does."""

    code = Code(
        "SG403",
        summary="Misspelt table or function",
        explanation=(
            "The name is one edit away from a table or function that is declared, or differs "
            "from it by upper and lower case alone (names in KQL are case-sensitive). Sentinel "
            "refuses a query on a table that does not exist. If the name is right, declare it "
            "in schemas/tables/ or schemas/functions/."
        ),
        severity=Severity.ERROR,
        source=LANGUAGE_SERVICE_SOURCE,
        superseded_by=("SG432",),
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each misspelt name."""
        for diagnostic in of_kind(
            analysis, DiagnosticKind.UNKNOWN_TABLE, DiagnosticKind.UNKNOWN_FUNCTION
        ):
            if diagnostic.is_misspelling:
                yield as_problem(self.code, diagnostic)
