"""SG401: syntax error in the query."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.checks.kql.diagnostics import LANGUAGE_SERVICE_SOURCE, as_problem, of_kind
from generator.findings import Code, Problem, Severity
from generator.kql.analysis import Analysis, DiagnosticKind
from generator.kql.query import Query


class QuerySyntaxError(QueryCheck):
    """The query is not KQL."""

    code = Code(
        "SG401",
        summary="Syntax error in the query",
        explanation=(
            "The query does not parse, so Sentinel refuses the rule. Message and code are those "
            "of Microsoft's own KQL parser."
        ),
        severity=Severity.ERROR,
        source=LANGUAGE_SERVICE_SOURCE,
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each syntax error."""
        for diagnostic in of_kind(analysis, DiagnosticKind.SYNTAX):
            yield as_problem(self.code, diagnostic)
