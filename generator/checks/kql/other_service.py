"""SG451: query on another service."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.findings import Code, InQuery, Problem, Severity
from generator.kql.analysis import Analysis
from generator.kql.query import Query

_ELSEWHERE = frozenset({"adx", "arg", "cluster", "database"})


class OtherService(QueryCheck):
    """The query reads from Azure Data Explorer or Azure Resource Graph."""

    code = Code(
        "SG451",
        summary="Query on another service",
        explanation=(
            "Analytics rules cannot read from Azure Data Explorer or Azure Resource Graph: "
            "adx(), arg(), cluster() and database() work in the Logs page but not in a rule. "
            "Bring the data into the workspace, for example as a watchlist."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview (Azure Data "
            "Explorer functions are not supported in analytics rules)"
        ),
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each call that leads out of the workspaces."""
        for called in analysis.references.functions:
            if called.origin == "builtin" and called.name in _ELSEWHERE:
                yield Problem(
                    self.code,
                    f"an analytics rule cannot read from another service: {called.name}()",
                    InQuery(called.start, called.end),
                )
