"""What the time filters of a query say together, and how a span of time is written for a reader."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from generator.kql.analysis import Analysis, TimeFilter
from generator.kql.helper_tables import HELPER_TABLES

QUERY_PERIOD_SOURCE = (
    "https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview (query period: "
    "Sentinel gives the query only the events of that time)"
)


def distinct(filters: Iterable[TimeFilter]) -> list[TimeFilter]:
    """Return the filters once per place and bound: a function called twice gives them twice."""
    return list(dict.fromkeys(filters))


def widest_window(analysis: Analysis) -> TimeFilter | None:
    """Return the bound that lies furthest back of those that limit every table scan, or None.

    None also where any scan of an event table has no such bound: then the schedule alone limits it.
    """
    lower: dict[int, TimeFilter] = {}
    for bound in analysis.time_filters:
        if bound.bound == "lower" and bound.scan is not None and bound.ago is not None:
            known = lower.get(bound.scan)
            if known is None or known.ago is None or bound.ago < known.ago:
                lower[bound.scan] = bound
    scans = [
        start
        for table in analysis.references.tables
        if table.name not in HELPER_TABLES
        for start, _ in table.places
    ]
    if not scans or any(scan not in lower for scan in scans):
        return None
    return max((lower[scan] for scan in scans), key=lambda bound: bound.ago or timedelta(0))


def written(duration: timedelta) -> str:
    """Write a span of time in the detection format's units: 1d, 90m, 1.5h never."""
    seconds = int(duration.total_seconds())
    for unit, name in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds and seconds % unit == 0:
            return f"{seconds // unit}{name}"
    return f"{seconds}s"
