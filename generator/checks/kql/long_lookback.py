"""SG440: lookback longer than queryPeriod."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.checks.kql.query_check import QueryCheck
from generator.checks.kql.time_filters import QUERY_PERIOD_SOURCE, distinct, written
from generator.findings import Code, InQuery, Problem, Severity
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kql.analysis import Analysis


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

    def examine(
        self, rule: AnalyticRule, detection: Detection, analysis: Analysis
    ) -> Iterator[Problem]:
        """Yield a problem for each bound that lies before the period."""
        if rule.schedule is None:
            return
        for bound in distinct(analysis.time_filters):
            if (
                bound.bound == "lower"
                and bound.ago is not None
                and bound.ago > rule.schedule.period
            ):
                yield Problem(
                    self.code,
                    f"the query looks back {written(bound.ago)}, but sees only the last "
                    f"{written(rule.schedule.period)} (queryPeriod)",
                    InQuery(bound.start, bound.end),
                )
