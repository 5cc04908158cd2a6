"""SG441: time filter that contradicts the schedule."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InQuery, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleResultCheck
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kql.analysis import Analysis
from generator.kql.time_filters import QUERY_PERIOD_SOURCE, distinct, widest_window, written


class ContradictingTimeFilter(RuleResultCheck):
    """A filter on TimeGenerated leaves out what the schedule is for."""

    code = Code(
        "SG441",
        summary="Time filter that contradicts the schedule",
        explanation=(
            "Three ways in which a filter on TimeGenerated works against the schedule: it ends "
            "before queryPeriod begins, so that no event is left; it ends at a calendar date, "
            "so that the rule goes blind on that day; or it looks back less than "
            "queryFrequency, so that events between two runs are never looked at."
        ),
        severity=Severity.WARNING,
        source=QUERY_PERIOD_SOURCE,
    )

    def examine(
        self, rule: AnalyticRule, detection: Detection, analysis: Analysis
    ) -> Iterator[Problem]:
        """Yield a problem for each filter that contradicts the schedule."""
        if rule.schedule is None:
            return
        for bound in distinct(analysis.time_filters):
            if bound.bound == "upper" and bound.scan is not None:
                if bound.ago is None:
                    message = (
                        "the filter ends at a calendar date: from that day on, nothing matches"
                    )
                elif bound.ago >= rule.schedule.period:
                    message = (
                        f"the filter ends {written(bound.ago)} ago, but the query sees only "
                        f"the last {written(rule.schedule.period)} (queryPeriod): nothing can match"
                    )
                else:
                    continue
                yield Problem(self.code, message, InQuery(bound.start, bound.end))
        widest = widest_window(analysis)
        if widest is not None and widest.ago is not None and widest.ago < rule.schedule.frequency:
            yield Problem(
                self.code,
                f"the query looks back {written(widest.ago)} and runs every "
                f"{written(rule.schedule.frequency)} (queryFrequency): it misses events between",
                InQuery(widest.start, widest.end),
                "look back at least as far as queryFrequency",
            )
