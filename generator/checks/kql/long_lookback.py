"""SG440: lookback longer than queryPeriod."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import QueryCheck
from generator.findings import Code, InQuery, Problem, Severity
from generator.kql.analysis import Analysis
from generator.kql.query import Query
from generator.kql.time_filters import QUERY_PERIOD_SOURCE, distinct, written


class LongLookback(QueryCheck):
    """The query looks back further than queryPeriod."""

    code = Code(
        "SG440",
        summary="Lookback longer than queryPeriod",
        explanation=(
            "Sentinel runs the query on the events of the last queryPeriod only, whatever the "
            "query says. A filter that begins earlier sees no more than that: a baseline of 30 "
            "days under a period of 14 days is one of 14 days. Shorten the filter or lengthen "
            "queryPeriod (up to 14 days); longer baselines belong into a watchlist or a summary "
            "rule."
        ),
        severity=Severity.WARNING,
        source=QUERY_PERIOD_SOURCE,
    )

    def examine(self, query: Query, detection: Detection, analysis: Analysis) -> Iterator[Problem]:
        """Yield a problem for each bound that lies before the period."""
        if query.period is None:
            return
        for bound in distinct(analysis.time_filters):
            if bound.bound == "lower" and bound.ago is not None and bound.ago > query.period:
                yield Problem(
                    self.code,
                    f"the query looks back {written(bound.ago)}, but sees only the last "
                    f"{written(query.period)} (queryPeriod)",
                    InQuery(bound.start, bound.end),
                )
