"""SG450: search or find in the query."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.findings import Code, InQuery, Problem, Severity
from generator.kql.analysis import Analysis
from generator.kql.query import Query


class SearchOperator(QueryCheck):
    """The query uses search or find."""

    code = Code(
        "SG450",
        summary="search or find in the query",
        explanation=(
            "search and find read every column of the tables; without a list of tables they "
            "read the whole workspace. In a rule that runs every few minutes that is slow, and "
            "the result has columns of all tables. Name the tables and filter their columns. "
            "(`search *` is refused altogether: SG103.)"
        ),
        severity=Severity.WARNING,
        source="https://learn.microsoft.com/azure/data-explorer/kusto/query/best-practices",
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each use."""
        for used in analysis.references.operators:
            if used.kind in {"SearchOperator", "FindOperator"}:
                name = "search" if used.kind == "SearchOperator" else "find"
                yield Problem(
                    self.code,
                    f"`{name}` reads every column of its tables",
                    InQuery(used.start, used.end),
                    "name the tables and filter their columns",
                )
