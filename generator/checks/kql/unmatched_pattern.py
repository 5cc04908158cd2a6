"""SG409: column pattern without a match."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.checks.kql.diagnostics import LANGUAGE_SERVICE_SOURCE, of_kind, place_of
from generator.findings import Code, Problem, Severity
from generator.kql.analysis import Analysis, DiagnosticKind
from generator.kql.query import Query


class UnmatchedPattern(QueryCheck):
    """A pattern of column or table names matches none."""

    code = Code(
        "SG409",
        summary="Column pattern without a match",
        explanation=(
            "A pattern such as `*2` in project-away or project-keep matches no column, so it "
            "does nothing. Usually a join before was changed, or a column was renamed."
        ),
        severity=Severity.WARNING,
        source=LANGUAGE_SERVICE_SOURCE,
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each pattern without a match."""
        for diagnostic in of_kind(analysis, DiagnosticKind.UNMATCHED_PATTERN):
            if diagnostic.name != "*":  # `union *`, which SG104 refuses
                yield Problem(
                    self.code,
                    f"nothing matches the pattern {diagnostic.name!r}",
                    place_of(diagnostic),
                )
