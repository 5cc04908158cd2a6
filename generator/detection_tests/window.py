"""Which events a run of the rule looks at: those that its schedule's window holds.

Sentinel runs a Scheduled rule some minutes late so that events can arrive; here every event is
there when the rule runs, and the window ends exactly at `now`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from generator.kql.evaluator.table import Table
from generator.kql.evaluator.values import TICKS_PER_MICROSECOND, from_python_datetime
from generator.rules.analytic_rule import AnalyticRule

NRT_WINDOW = timedelta(minutes=1)
"""An NRT rule runs once a minute on the minute before (Microsoft's page on NRT rules)."""

_TIME_COLUMN = "TimeGenerated"


@dataclass(frozen=True, slots=True)
class Windowed:
    """The tables as the run sees them, and how many events of a table it does not see."""

    tables: Mapping[str, Table]
    left_out: Mapping[str, int]


def window_of(rule: AnalyticRule) -> timedelta:
    """Return how far back a rule looks: its queryPeriod, or the minute of an NRT rule."""
    return NRT_WINDOW if rule.schedule is None else rule.schedule.period


def within_window(tables: Mapping[str, Table], now: datetime, length: timedelta) -> Windowed:
    """Keep the events with TimeGenerated in (now − length, now].

    An event without a TimeGenerated is in no window; a table without the column is kept whole.
    """
    end = int(from_python_datetime(now))
    start = end - length // timedelta(microseconds=1) * TICKS_PER_MICROSECOND
    kept: dict[str, Table] = {}
    left_out: dict[str, int] = {}
    for name, table in tables.items():
        place = next((i for i, c in enumerate(table.columns) if c.name == _TIME_COLUMN), None)
        if place is None:
            kept[name] = table
            continue
        rows = tuple(
            row for row in table.rows if row[place] is not None and start < row[place] <= end
        )
        kept[name] = Table(table.columns, rows)
        if len(rows) < len(table.rows):
            left_out[name] = len(table.rows) - len(rows)
    return Windowed(kept, left_out)
