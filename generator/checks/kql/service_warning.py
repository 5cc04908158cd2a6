"""SG410: warning of the language service."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.checks.kql.diagnostics import as_problem, of_kind
from generator.checks.kql.query_check import QueryCheck
from generator.findings import Problem, Severity
from generator.kql.service.analysis import Analysis, DiagnosticKind
from generator.rules.analytic_rule import AnalyticRule

_UNREACHABLE_CLUSTER = "KS207"
"""Said of every cluster(), which SG451 refuses."""


class ServiceWarning(QueryCheck):
    """The language service warns about a construct."""

    code = "SG410"
    title = "Warning of the language service"
    explanation = (
        "Microsoft's language service has a warning about this part of the query. Message "
        "and code are its own."
    )
    severity = Severity.WARNING
    source = (
        "https://github.com/microsoft/Kusto-Query-Language (the language service that "
        "Sentinel itself uses)"
    )

    def examine(
        self, rule: AnalyticRule, detection: Detection, analysis: Analysis
    ) -> Iterator[Problem]:
        """Yield a problem for each warning of the service."""
        for diagnostic in of_kind(analysis, DiagnosticKind.SEMANTIC):
            if diagnostic.severity == "Warning" and diagnostic.code != _UNREACHABLE_CLUSTER:
                yield as_problem(self.code, diagnostic)
