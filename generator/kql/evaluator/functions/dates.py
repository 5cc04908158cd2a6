"""Functions on datetimes and timespans."""

from __future__ import annotations

from generator.kql.evaluator.functions.registry import Clock, Family
from generator.kql.evaluator.values import Datetime, Timespan, datetime_or_null

FAMILY = Family("Dates and times")


@FAMILY.scalar("now", parameters=("timespan",), needs_run=True)
def now(clock: Clock, offset: int = 0) -> Datetime | None:
    """The same moment during a whole run."""
    return datetime_or_null(clock.now + offset)


@FAMILY.scalar("ago", parameters=("timespan",), needs_run=True)
def ago(clock: Clock, length: Timespan) -> Datetime | None:
    return datetime_or_null(clock.now - length)
