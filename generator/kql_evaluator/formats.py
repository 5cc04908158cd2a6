"""The text that KQL gives a value: tostring(), strcat(), JSON, and what `sentinelgen query` prints.

The other direction is `parsing`.
"""

from __future__ import annotations

import json
import math
from decimal import Decimal
from uuid import UUID

from generator.kql_evaluator.values import (
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    Datetime,
    Timespan,
    Value,
    to_python_datetime,
)


def datetime_text(value: Datetime) -> str:
    """Return ISO 8601 with seven fraction digits and Z."""
    moment = to_python_datetime(value)
    fraction = int(value) % TICKS_PER_SECOND
    return (
        f"{moment.year:04}-{moment.month:02}-{moment.day:02}"
        f"T{moment.hour:02}:{moment.minute:02}:{moment.second:02}.{fraction:07}Z"
    )


def timespan_text(value: Timespan, *, in_full: bool = False) -> str:
    """Return `[-][d.]hh:mm:ss[.fffffff]`, the engine's constant format.

    `in_full` keeps the days and the fraction where they are zero.
    """
    ticks = abs(int(value))
    days, rest = divmod(ticks, TICKS_PER_DAY)
    hours, rest = divmod(rest, TICKS_PER_HOUR)
    minutes, rest = divmod(rest, TICKS_PER_MINUTE)
    seconds, fraction = divmod(rest, TICKS_PER_SECOND)
    sign = "-" if value < 0 else ""
    day_part = f"{days}." if days or in_full else ""
    fraction_part = f".{fraction:07}" if fraction or in_full else ""
    return f"{sign}{day_part}{hours:02}:{minutes:02}:{seconds:02}{fraction_part}"


def real_text(value: float) -> str:
    """Return the shortest text that reads back as the same number; whole numbers keep `.0`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value)


def decimal_text(value: Decimal) -> str:
    """Return plain digits without an exponent."""
    return format(value, "f")


def to_text(value: Value) -> str:
    """Return what tostring() gives: '' for null, JSON for lists and bags, text as it is."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, (list, dict)):
        return json_text(value)
    return _scalar_text(value)


def _scalar_text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Datetime):
        return datetime_text(value)
    if isinstance(value, Timespan):
        return timespan_text(value)
    if isinstance(value, float):
        return real_text(value)
    if isinstance(value, Decimal):
        return decimal_text(value)
    return str(value)


def json_text(value: Value) -> str:
    """Return compact JSON as the engine writes a dynamic: no blanks, no needless escapes."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, (Datetime, Timespan, Decimal, UUID)):
        return _scalar_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return real_text(value)
    return value
