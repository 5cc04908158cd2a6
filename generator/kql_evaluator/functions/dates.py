"""Functions on datetimes and timespans: now, parts, boundaries, differences.

Text forms are in `date_formats`. Weeks begin on Sunday, except in week_of_year() (ISO 8601).
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from generator.kql_evaluator.conversion import to_datetime, to_real, to_timespan
from generator.kql_evaluator.errors import InvalidArgumentError
from generator.kql_evaluator.functions.registry import Call, Clock, Evaluate, Family
from generator.kql_evaluator.values import (
    MAX_DATETIME_TICKS,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MICROSECOND,
    TICKS_PER_MILLISECOND,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    UNIX_EPOCH_TICKS,
    Datetime,
    Timespan,
    Value,
    datetime_or_null,
    from_python_datetime,
    timespan_or_null,
    to_python_datetime,
)

FAMILY = Family("Dates and times")

_DATE = ("datetime", "long")
_WEEK = 7 * TICKS_PER_DAY


@FAMILY.scalar("now", parameters=("timespan",), needs_run=True)
def now(clock: Clock, offset: int = 0) -> Datetime | None:
    """The same moment during a whole run."""
    return datetime_or_null(clock.now + offset)


@FAMILY.scalar("ago", parameters=("timespan",), needs_run=True)
def ago(clock: Clock, length: Timespan) -> Datetime | None:
    return datetime_or_null(clock.now - length)


def months_later(value: Datetime, months: int) -> Datetime | None:
    """Return the same day of another month, or its last day where it has fewer days."""
    moment = to_python_datetime(value)
    count = moment.year * 12 + moment.month - 1 + months
    year, month = count // 12, count % 12 + 1
    if not 1 <= year <= 9999:
        return None
    day = min(moment.day, monthrange(year, month)[1])
    start = from_python_datetime(datetime(year, month, day, tzinfo=moment.tzinfo))
    return Datetime(start + value % TICKS_PER_DAY)


def _start_of_day(value: Datetime) -> Datetime:
    return Datetime(value - value % TICKS_PER_DAY)


def _start_of_week(value: Datetime) -> int:
    # Day 0 is 0001-01-01, a Monday.
    return value - (value + TICKS_PER_DAY) % _WEEK


def _start_of_month(value: Datetime) -> Datetime:
    return Datetime(_start_of_day(value) - (to_python_datetime(value).day - 1) * TICKS_PER_DAY)


def _start_of_year(value: Datetime) -> Datetime:
    days = to_python_datetime(value).timetuple().tm_yday - 1
    return Datetime(_start_of_day(value) - days * TICKS_PER_DAY)


@FAMILY.scalar("startofday", parameters=_DATE)
def startofday(value: Datetime, offset: int = 0) -> Datetime | None:
    return datetime_or_null(_start_of_day(value) + offset * TICKS_PER_DAY)


@FAMILY.scalar("startofweek", parameters=_DATE)
def startofweek(value: Datetime, offset: int = 0) -> Datetime | None:
    return datetime_or_null(_start_of_week(value) + offset * _WEEK)


@FAMILY.scalar("startofmonth", parameters=_DATE)
def startofmonth(value: Datetime, offset: int = 0) -> Datetime | None:
    return months_later(_start_of_month(value), offset)


@FAMILY.scalar("startofyear", parameters=_DATE)
def startofyear(value: Datetime, offset: int = 0) -> Datetime | None:
    return months_later(_start_of_year(value), 12 * offset)


def _end(name: str, start: Callable[[Datetime, int], Datetime | None]) -> None:
    def end(value: Datetime, offset: int = 0) -> Datetime | None:
        following = start(value, offset + 1)
        if following is None:
            return Datetime(MAX_DATETIME_TICKS) if start(value, offset) is not None else None
        return datetime_or_null(following - 1)

    FAMILY.scalar(name, parameters=_DATE)(end)


_end("endofday", startofday)
_end("endofweek", startofweek)
_end("endofmonth", startofmonth)
_end("endofyear", startofyear)


@FAMILY.scalar("dayofweek", parameters=_DATE)
def dayofweek(value: Datetime) -> Timespan:
    """Whole days since the Sunday before, as a timespan."""
    return Timespan((value + TICKS_PER_DAY) % _WEEK // TICKS_PER_DAY * TICKS_PER_DAY)


@FAMILY.scalar("dayofmonth", parameters=_DATE)
def dayofmonth(value: Datetime) -> int:
    return to_python_datetime(value).day


@FAMILY.scalar("dayofyear", parameters=_DATE)
def dayofyear(value: Datetime) -> int:
    return to_python_datetime(value).timetuple().tm_yday


@FAMILY.scalar("hourofday", parameters=_DATE)
def hourofday(value: Datetime) -> int:
    return value % TICKS_PER_DAY // TICKS_PER_HOUR


@FAMILY.scalar("monthofyear", "getmonth", parameters=_DATE)
def monthofyear(value: Datetime) -> int:
    return to_python_datetime(value).month


@FAMILY.scalar("getyear", parameters=_DATE)
def getyear(value: Datetime) -> int:
    return to_python_datetime(value).year


@FAMILY.scalar("week_of_year", "weekofyear", parameters=_DATE)
def week_of_year(value: Datetime) -> int:
    """The week of ISO 8601."""
    return to_python_datetime(value).isocalendar().week


_PARTS: dict[str, Callable[[Datetime], int]] = {
    "year": getyear,
    "quarter": lambda value: (monthofyear(value) + 2) // 3,
    "month": monthofyear,
    "week_of_year": week_of_year,
    "weekofyear": week_of_year,
    "day": dayofmonth,
    "dayofyear": dayofyear,
    "hour": hourofday,
    "minute": lambda value: value % TICKS_PER_HOUR // TICKS_PER_MINUTE,
    "second": lambda value: value % TICKS_PER_MINUTE // TICKS_PER_SECOND,
    "millisecond": lambda value: value % TICKS_PER_SECOND // TICKS_PER_MILLISECOND,
    "microsecond": lambda value: value % TICKS_PER_SECOND // TICKS_PER_MICROSECOND,
    "nanosecond": lambda value: value % TICKS_PER_SECOND * 100,
}


@FAMILY.scalar("datetime_part", "datepart", parameters=("string", "datetime"))
def datetime_part(part: str, value: Datetime) -> int:
    read = _PARTS.get(part.lower())
    if read is None:
        raise InvalidArgumentError(f"no part of a datetime is called {part!r}")
    return read(value)


_MONTHS = {"year": 12, "quarter": 3, "month": 1}
_NANOSECOND = 0
_LENGTHS = {
    "week": _WEEK,
    "day": TICKS_PER_DAY,
    "hour": TICKS_PER_HOUR,
    "minute": TICKS_PER_MINUTE,
    "second": TICKS_PER_SECOND,
    "millisecond": TICKS_PER_MILLISECOND,
    "microsecond": TICKS_PER_MICROSECOND,
    "nanosecond": _NANOSECOND,
}


@FAMILY.scalar("datetime_add", parameters=("string", "long", "datetime"))
def datetime_add(period: str, amount: int, value: Datetime) -> Datetime | None:
    """Months that are too short give their last day."""
    name = period.lower()
    if name in _MONTHS:
        return months_later(value, amount * _MONTHS[name])
    if name not in _LENGTHS:
        raise InvalidArgumentError(f"no period is called {period!r}")
    ticks = int(amount / 100) if _LENGTHS[name] == _NANOSECOND else amount * _LENGTHS[name]
    return datetime_or_null(value + ticks)


@FAMILY.scalar("datetime_diff", parameters=("string", "datetime"))
def datetime_diff(period: str, left: Datetime, right: Datetime) -> int:
    """Boundaries between the two moments, not whole periods: 23:59 and 00:00 differ by an hour."""
    name = period.lower()
    if name in _MONTHS:
        return (_month_count(left) // _MONTHS[name]) - (_month_count(right) // _MONTHS[name])
    if name == "week":
        return (_start_of_week(left) - _start_of_week(right)) // _WEEK
    if name not in _LENGTHS:
        raise InvalidArgumentError(f"no period is called {period!r}")
    length = _LENGTHS[name]
    return (left - right) * 100 if length == _NANOSECOND else left // length - right // length


def _month_count(value: Datetime) -> int:
    moment = to_python_datetime(value)
    return moment.year * 12 + moment.month - 1


@FAMILY.prepared("make_datetime", parameters=("any", "long", "long", "long", "long", "real"))
def make_datetime(call: Call) -> Evaluate:
    """Null where a part is out of range; a single argument is converted."""
    return to_datetime if len(call.arguments) == 1 else _assembled


def _assembled(
    year: Value, month: int, day: int = 1, hour: int = 0, minute: int = 0, second: float = 0.0
) -> Datetime | None:
    if not isinstance(year, int) or not 0 <= second < 60:
        return None
    try:
        moment = datetime(year, month, day, hour, minute, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return datetime_or_null(from_python_datetime(moment) + round(second * TICKS_PER_SECOND))


@FAMILY.prepared("make_timespan")
def make_timespan(call: Call) -> Evaluate:
    """(hours, minutes), (hours, minutes, seconds) or (days, hours, minutes, seconds)."""
    return to_timespan if len(call.arguments) == 1 else _length


def _length(*given: Value) -> Timespan | None:
    parts = [part for part in map(to_real, given) if part is not None]
    if len(parts) < len(given):
        return None
    if len(parts) == 2:
        parts.append(0.0)
    days, hours, minutes, seconds = parts if len(parts) == 4 else [0.0, *parts]
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 60 and 0 <= days < math.inf):
        return None
    whole = int(days) * TICKS_PER_DAY + int(hours) * TICKS_PER_HOUR
    return timespan_or_null(
        whole + int(minutes) * TICKS_PER_MINUTE + round(seconds * TICKS_PER_SECOND)
    )


def _unix(name: str, ticks: float) -> None:
    def convert(number: float) -> Datetime | None:
        if not math.isfinite(number * ticks):
            return None
        return datetime_or_null(UNIX_EPOCH_TICKS + int(number * ticks))

    FAMILY.scalar(f"unixtime_{name}_todatetime", parameters=("real",))(convert)


_unix("seconds", TICKS_PER_SECOND)
_unix("milliseconds", TICKS_PER_MILLISECOND)
_unix("microseconds", TICKS_PER_MICROSECOND)


@FAMILY.scalar("unixtime_nanoseconds_todatetime", parameters=("long",))
def unixtime_nanoseconds_todatetime(number: int) -> Datetime | None:
    return datetime_or_null(UNIX_EPOCH_TICKS + number // 100)


def to_ticks(length: timedelta) -> int:
    """Return a Python timedelta in ticks."""
    return length // timedelta(microseconds=1) * TICKS_PER_MICROSECOND
