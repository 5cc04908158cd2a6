"""SG405: function that nobody declared."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.checks.kql.diagnostics import of_kind, place_of
from generator.findings import Code, Problem, Severity
from generator.kql.analysis import Analysis, DiagnosticKind
from generator.kql.query import Query


class UndeclaredFunction(QueryCheck):
    """A function is neither part of KQL or Sentinel nor declared."""

    code = Code(
        "SG405",
        summary="Function that nobody declared",
        explanation=(
            "The function is part of neither KQL nor Sentinel, and the repository does not "
            "declare it. Nothing about what it returns can be checked; if the workspace has no "
            "such saved function, Sentinel refuses the rule. Declare it in "
            "schemas/functions/NAME.kql."
        ),
        severity=Severity.WARNING,
        source="our own decision: saved functions differ from one organisation to the next",
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each undeclared function, once."""
        seen: set[str | None] = set()
        for diagnostic in of_kind(analysis, DiagnosticKind.UNKNOWN_FUNCTION):
            if not diagnostic.is_misspelling and diagnostic.name not in seen:
                seen.add(diagnostic.name)
                yield Problem(
                    self.code,
                    f"the function {diagnostic.name!r} is not known: its result cannot be checked",
                    place_of(diagnostic),
                    f"declare it in schemas/functions/{diagnostic.name}.kql",
                )
