"""SG404: table that nobody declared."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.checks.kql.diagnostics import of_kind, place_of
from generator.findings import Code, Problem, Severity
from generator.kql.analysis import Analysis, DiagnosticKind
from generator.kql.query import Query


class UndeclaredTable(QueryCheck):
    """A table is neither one of the known tables nor declared."""

    code = Code(
        "SG404",
        summary="Table that nobody declared",
        explanation=(
            "The table is not among those that the package knows, and the repository does not "
            "declare it. Nothing about its columns can be checked; if it does not exist in the "
            "workspace, Sentinel refuses the rule. Declare it with its columns in "
            "schemas/tables/NAME.yaml (or, if it is a saved function, in "
            "schemas/functions/NAME.kql)."
        ),
        severity=Severity.WARNING,
        source="our own decision: custom tables differ from one organisation to the next",
        superseded_by=("SG432",),
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each undeclared table, once."""
        seen: set[str | None] = set()
        for diagnostic in of_kind(analysis, DiagnosticKind.UNKNOWN_TABLE):
            if not diagnostic.is_misspelling and diagnostic.name not in seen:
                seen.add(diagnostic.name)
                yield Problem(
                    self.code,
                    f"the table {diagnostic.name!r} is not known: its columns cannot be checked",
                    place_of(diagnostic),
                    f"declare it in schemas/tables/{diagnostic.name}.yaml, or as a function in "
                    f"schemas/functions/{diagnostic.name}.kql",
                )
