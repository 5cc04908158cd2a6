"""Which events a run of the rule looks at: those that its schedule's window holds.

Sentinel runs a Scheduled rule some minutes late so that events can arrive; here every event is
there when the rule runs, and the window ends exactly at `now`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from generator.catalog.detection import Detection
from generator.detection_tests.suite import DetectionTest
from generator.findings import Code, InDocument, Problem, Severity
from generator.kql.query import Query
from generator.kql_evaluator.table import Table
from generator.kql_evaluator.values import (
    TICKS_PER_MICROSECOND,
    Row,
    from_python_datetime,
)
from generator.text.duration import parse_duration

NRT_WINDOW = timedelta(minutes=1)
"""An NRT rule runs once a minute on the minute before (Microsoft's page on NRT rules)."""

_TIME_COLUMN = "TimeGenerated"
_INGESTION_COLUMN = "_TimeReceived"


@dataclass(frozen=True, slots=True)
class Windowed:
    """The tables as the run sees them, and how many events of a table it does not see."""

    tables: Mapping[str, Table]
    left_out: Mapping[str, int]


OUTSIDE_OF_WINDOW = Code(
    "SG618",
    summary="A test expects no alert of events outside of the window",
    explanation=(
        "A run of the rule sees the events of its queryPeriod, an NRT rule those that were "
        "ingested in the last minute. All events of this test that the query could read are "
        "older, or later than now, so that it gets none of them and the test passes whatever it "
        "does. Give an event inside of the window as well. A warning, because the test does show "
        "how far the rule looks back."
    ),
    severity=Severity.WARNING,
    source="our own decision; docs/testing.md describes the format",
)


def window_problems(
    detection: Detection, test: DetectionTest, tables: Mapping[str, Table]
) -> Iterator[Problem]:
    """Yield a problem for a test that expects nothing of events that the rule never looks at."""
    if not test.expect.is_quiet:
        return
    document = detection.document
    is_nrt = document.get("kind") == "NRT"
    if not is_nrt and "queryPeriod" not in document:
        return  # whoever runs it says how far back it looks
    length = NRT_WINDOW if is_nrt else _period(document["queryPeriod"])
    inside = within_window(tables, test.now, length, by_ingestion=is_nrt).tables.values()
    if any(table.rows for table in tables.values()) and not any(table.rows for table in inside):
        yield Problem(
            OUTSIDE_OF_WINDOW,
            f"all events lie outside of the window, the {length} before now",
            InDocument((*test.path, "tables"), "key"),
            "give an event inside of it too, or the test passes whatever the query does",
        )


def _period(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError:
        return timedelta.max  # longer than any event is old


def window_of(query: Query) -> timedelta | None:
    """Return how far back a run looks: its period, or the minute of an NRT rule.

    None where whoever runs the query says how far.
    """
    return NRT_WINDOW if query.by_ingestion else query.period


def within_window(
    tables: Mapping[str, Table],
    now: datetime,
    length: timedelta | None,
    *,
    by_ingestion: bool = False,
) -> Windowed:
    """Keep the events whose time lies in (now − length, now]; all of them without a length.

    Their time is TimeGenerated. With `by_ingestion`, as an NRT rule looks at them, it is when they
    were ingested: their _TimeReceived, and TimeGenerated where they have none. An event without a
    time is in no window; a table without such columns is kept whole.
    """
    if length is None:
        return Windowed(tables, {})
    end = int(from_python_datetime(now))
    start = end - length // timedelta(microseconds=1) * TICKS_PER_MICROSECOND
    kept: dict[str, Table] = {}
    left_out: dict[str, int] = {}
    for name, table in tables.items():
        names = [column.name for column in table.columns]
        times = [_INGESTION_COLUMN, _TIME_COLUMN] if by_ingestion else [_TIME_COLUMN]
        places = [names.index(column) for column in times if column in names]
        if not places:
            kept[name] = table
            continue
        rows = tuple(row for row in table.rows if start < _time_of(row, places, start) <= end)
        kept[name] = Table(table.columns, rows)
        if len(rows) < len(table.rows):
            left_out[name] = len(table.rows) - len(rows)
    return Windowed(kept, left_out)


def _time_of(row: Row, places: Sequence[int], none: int) -> int:
    return next((int(row[place]) for place in places if row[place] is not None), none)
