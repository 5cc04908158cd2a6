"""Values of the evaluator as plain JSON, in the forms that `sentinelgen query` prints."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from generator.kql.evaluator.formats import datetime_text, real_text
from generator.kql.evaluator.values import (
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    Datetime,
    Timespan,
    Value,
)


def json_value(value: Value) -> Any:
    """Return a value as JSON data.

    Datetimes are ISO text with Z, timespans `d.hh:mm:ss.fffffff`; a number that JSON cannot hold is
    the text NaN, Infinity or -Infinity; null is null.
    """
    if isinstance(value, dict):
        return {key: json_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [json_value(item) for item in value]
    write = _WRITERS.get(type(value))
    return value if write is None else write(value)


def timespan_in_full(value: Timespan) -> str:
    """Return `d.hh:mm:ss.fffffff`, with a minus sign where it is negative."""
    ticks = abs(int(value))
    days, rest = divmod(ticks, TICKS_PER_DAY)
    hours, rest = divmod(rest, TICKS_PER_HOUR)
    minutes, rest = divmod(rest, TICKS_PER_MINUTE)
    seconds, fraction = divmod(rest, TICKS_PER_SECOND)
    sign = "-" if value < 0 else ""
    return f"{sign}{days}.{hours:02}:{minutes:02}:{seconds:02}.{fraction:07}"


_WRITERS: Mapping[type, Callable[[Any], Any]] = {
    Datetime: datetime_text,
    Timespan: timespan_in_full,
    float: lambda value: value if math.isfinite(value) else real_text(value),
    Decimal: lambda value: float(value) if value.is_finite() else str(value),
    UUID: str,
}
