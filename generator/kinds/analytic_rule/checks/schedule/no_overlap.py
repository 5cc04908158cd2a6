"""SG115: a rule that loses late events."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.analytic_rule.checks.rule_check import RuleCheck
from generator.kinds.analytic_rule.limits import within_schedule_range
from generator.kinds.analytic_rule.model import AnalyticRule


class NoOverlap(RuleCheck):
    """queryPeriod is exactly queryFrequency."""

    code = Code(
        "SG115",
        summary="queryPeriod no longer than queryFrequency",
        explanation=(
            "Events reach the workspace minutes after they happened. A rule that looks back "
            "exactly as far as it last ran misses those that arrive later than Sentinel's own "
            "delay of 5 minutes. Look back further than the frequency and drop what earlier runs "
            "saw by `ingestion_time()`, or live with the loss."
        ),
        severity=Severity.NOTE,
        source="https://learn.microsoft.com/azure/sentinel/ingestion-delay",
    )

    def examine(self, rule: AnalyticRule, detection: Detection) -> Iterator[Problem]:
        """Yield a problem when consecutive runs do not overlap."""
        schedule = rule.schedule
        if schedule is None or not within_schedule_range(schedule):
            return
        if schedule.period == schedule.frequency:
            yield Problem(
                self.code,
                "events that arrive late are lost: it looks back no further than the last run",
                InDocument(("queryPeriod",)),
                "look back further and keep the new events by ingestion_time()",
            )
