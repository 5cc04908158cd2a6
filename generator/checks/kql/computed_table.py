"""SG412: table that is named by an expression."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.checks.kql.diagnostics import of_kind, place_of
from generator.findings import Code, Problem, Severity
from generator.kql.analysis import Analysis, DiagnosticKind
from generator.kql.query import Query


class ComputedTable(QueryCheck):
    """Which table is read is not known before the query runs."""

    code = Code(
        "SG412",
        summary="Table named by an expression",
        explanation=(
            "table() takes a name that is constant. Where it is put together by a function or "
            "read from data, nobody can tell which table is meant, so that nothing behind it is "
            "checked, and what is not checked is not built. Write the name as a literal, or hand "
            "literals to a function with a parameter: each call is checked with its own table."
        ),
        severity=Severity.ERROR,
        source="https://learn.microsoft.com/kusto/query/table-function",
        waivable=False,
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each such call."""
        for diagnostic in of_kind(analysis, DiagnosticKind.COMPUTED_TABLE):
            yield Problem(
                self.code,
                f"which table `{diagnostic.name}` names is not known before the query runs, so "
                "that what follows cannot be checked",
                place_of(diagnostic),
                "write the table's name as a literal",
            )
