"""SG435: watchlist that nobody declared."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.findings import Code, InQuery, Problem, Severity
from generator.kql.analysis import Analysis
from generator.kql.query import Query


class UndeclaredWatchlist(QueryCheck):
    """`_GetWatchlist` names an alias that the content neither has nor declares."""

    code = Code(
        "SG435",
        summary="Watchlist that nobody declared",
        explanation=(
            "No watchlist of this alias is in watchlists/, and schemas/watchlists/ does not "
            "declare it. Nothing about its columns can be checked, and where it does not exist in "
            "the workspace the query finds nothing or lets everything through. Add the list, or "
            "declare the one that is kept elsewhere."
        ),
        severity=Severity.WARNING,
        source="our own decision, as for undeclared tables (SG404)",
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each undeclared alias, once."""
        seen: set[str] = set()
        for called in analysis.references.watchlists:
            alias = called.alias
            if alias is None or called.is_declared or called.suggestion is not None:
                continue
            if alias.casefold() not in seen:
                seen.add(alias.casefold())
                yield Problem(
                    self.code,
                    f"the watchlist {alias!r} is not known: its columns cannot be checked",
                    InQuery(called.start, called.end),
                    f"add it as watchlists/NAME.yaml, or declare schemas/watchlists/{alias}.yaml",
                )
