"""Conversions between KQL types, as to*() functions and implicit casts from dynamic do them.

What cannot be converted becomes null (or '' for string), never an error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from uuid import UUID

from generator.kql_evaluator import parsing
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.values import (
    Datetime,
    Timespan,
    Value,
    datetime_or_null,
    timespan_or_null,
)

Conversion = Callable[[Value], Value]


def to_whole(value: Value, bits: int) -> int | None:
    """Return a whole number, cut towards zero, or None where it does not fit in so many bits."""
    if value is None or isinstance(value, (list, dict, UUID)):
        return None
    if isinstance(value, str):
        return parsing.parse_whole(value, bits)
    if isinstance(value, (float, Decimal)) and not math.isfinite(value):
        return None
    number = int(value)
    return number if -(1 << (bits - 1)) <= number < 1 << (bits - 1) else None


def to_int(value: Value) -> int | None:
    """Convert to a 32-bit int."""
    return to_whole(value, 32)


def to_long(value: Value) -> int | None:
    """Convert to a 64-bit long; datetimes and timespans give their ticks."""
    return to_whole(value, 64)


def to_real(value: Value) -> float | None:
    """Convert to a real."""
    if value is None or isinstance(value, (list, dict, UUID)):
        return None
    if isinstance(value, str):
        return parsing.parse_real(value)
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def to_decimal(value: Value) -> Decimal | None:
    """Convert to a decimal."""
    if value is None or isinstance(value, (list, dict, UUID)):
        return None
    if isinstance(value, Decimal):
        return value
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    return parsing.parse_decimal(value) if isinstance(value, str) else Decimal(int(value))


def to_bool(value: Value) -> bool | None:
    """Convert to a bool."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return parsing.parse_bool(value)
    if isinstance(value, (list, dict, UUID)):
        return None
    return bool(value)


def to_datetime(value: Value) -> Datetime | None:
    """Convert to a datetime; whole numbers are ticks since 0001-01-01."""
    if isinstance(value, Datetime):
        return value
    if isinstance(value, str):
        return parsing.parse_datetime(value)
    if isinstance(value, int) and not isinstance(value, (bool, Timespan)):
        return datetime_or_null(value)
    return None


def to_timespan(value: Value) -> Timespan | None:
    """Convert to a timespan; whole numbers are ticks."""
    if isinstance(value, Timespan):
        return value
    if isinstance(value, str):
        return parsing.parse_timespan(value)
    if isinstance(value, int) and not isinstance(value, (bool, Datetime)):
        return timespan_or_null(value)
    return None


def to_guid(value: Value) -> UUID | None:
    """Convert to a guid."""
    if isinstance(value, UUID):
        return value
    return parsing.parse_guid(value) if isinstance(value, str) else None


def unchanged(value: Value) -> Value:
    """Any value is a dynamic as it is."""
    return value


CONVERSIONS: Mapping[str, Conversion] = {
    "string": to_text,
    "int": to_int,
    "long": to_long,
    "real": to_real,
    "decimal": to_decimal,
    "bool": to_bool,
    "datetime": to_datetime,
    "timespan": to_timespan,
    "guid": to_guid,
    "dynamic": unchanged,
}


def conversion(source: str, target: str) -> Conversion | None:
    """Return what turns a value of one type into another, or None where it can stay as it is."""
    if source == target or target not in CONVERSIONS or target == "dynamic":
        return None
    if source in {"int", "long"} and target in {"int", "long"}:
        return None if target == "long" else to_int
    return CONVERSIONS[target]
