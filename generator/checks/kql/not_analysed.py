"""SG408: query that could not be analysed."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.checks.kql.diagnostics import LANGUAGE_SERVICE_SOURCE, as_problem, of_kind
from generator.findings import Code, Problem, Severity
from generator.kql.analysis import Analysis, DiagnosticKind
from generator.kql.query import Query


class NotAnalysed(QueryCheck):
    """The language service could not analyse the query."""

    code = Code(
        "SG408",
        summary="Query that could not be analysed",
        explanation=(
            "The query is too long or nests too deeply for the language service, so that "
            "nothing in it was checked, and what is not checked is not built. A long chain of "
            "`or` on one column is better written as `in (…)`; long lists belong into a watchlist."
        ),
        severity=Severity.ERROR,
        source=LANGUAGE_SERVICE_SOURCE,
        waivable=False,
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem where the service gave up."""
        for diagnostic in of_kind(analysis, DiagnosticKind.LIMIT):
            yield as_problem(self.code, diagnostic)
