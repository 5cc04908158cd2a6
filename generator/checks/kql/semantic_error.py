"""SG402: wrong types or misused operators in the query."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.checks.kql.diagnostics import LANGUAGE_SERVICE_SOURCE, as_problem, of_kind
from generator.findings import Code, Problem, Severity
from generator.kql.analysis import Analysis, DiagnosticKind
from generator.kql.query import Query

_UNREACHABLE_CLUSTER = "KS207"
"""A warning of the service about every cluster(), which SG451 refuses."""


class SemanticError(QueryCheck):
    """The query parses, but cannot mean anything."""

    code = Code(
        "SG402",
        summary="Wrong types or misused operators in the query",
        explanation=(
            "An operator or function is given what it cannot take: a text where a number is "
            "needed, too few arguments, an aggregate outside of summarize. Sentinel refuses "
            "such a query. Message and code are those of Microsoft's own language service; "
            "convert the value (toint, tostring, todynamic …) or fix the call."
        ),
        severity=Severity.ERROR,
        source=LANGUAGE_SERVICE_SOURCE,
        superseded_by=("SG472",),
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each semantic error that is not about an unknown name."""
        for diagnostic in of_kind(analysis, DiagnosticKind.SEMANTIC):
            if diagnostic.code != _UNREACHABLE_CLUSTER:
                yield as_problem(self.code, diagnostic)
