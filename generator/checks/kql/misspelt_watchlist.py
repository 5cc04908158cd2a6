"""SG434: misspelt watchlist."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.findings import Code, InQuery, Problem, Severity
from generator.kql.analysis import Analysis
from generator.kql.query import Query


class MisspeltWatchlist(QueryCheck):
    """`_GetWatchlist` names an alias that nobody declared, one edit away from a declared one."""

    code = Code(
        "SG434",
        summary="Misspelt watchlist",
        explanation=(
            "No watchlist of this alias is declared, and one that differs from it by one edit is. "
            "A watchlist that does not exist gives no rows and no error, so that the rule is "
            "silent or lets everything through. Upper and lower case do not matter. If the alias "
            "is right, declare it in schemas/watchlists/ALIAS.yaml."
        ),
        severity=Severity.ERROR,
        source="our own decision, as for misspelt tables (SG403)",
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each call with a misspelt alias."""
        for called in analysis.references.watchlists:
            if called.suggestion is not None:
                yield Problem(
                    self.code,
                    f"no watchlist {called.alias!r} is declared: did you mean "
                    f"{called.suggestion!r}?",
                    InQuery(called.start, called.end),
                )
