"""How each KQL type is represented in Python.

| KQL type | Python | null |
|---|---|---|
| string | str | never null: '' |
| bool, int, long, real | bool, int, int, float | None |
| decimal, guid | decimal.Decimal, uuid.UUID | None |
| datetime, timespan | Datetime, Timespan (ticks of 100 ns) | None |
| dynamic | dict, list, str or any of the above | None |

Values are never changed in place: lists and dicts are shared between rows. Text forms live in
`formats` and `parsing`, conversions in `conversion`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any, TypeAlias
from uuid import UUID

TICKS_PER_MICROSECOND = 10
TICKS_PER_MILLISECOND = 10_000
TICKS_PER_SECOND = 10_000_000
TICKS_PER_MINUTE = 60 * TICKS_PER_SECOND
TICKS_PER_HOUR = 60 * TICKS_PER_MINUTE
TICKS_PER_DAY = 24 * TICKS_PER_HOUR
UNIX_EPOCH_TICKS = 621_355_968_000_000_000
MAX_DATETIME_TICKS = 3_155_378_975_999_999_999


class Datetime(int):
    """A UTC point in time, in ticks of 100 ns since 0001-01-01. Arithmetic gives plain ints."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Datetime({int(self)})"


class Timespan(int):
    """A length of time in ticks of 100 ns, negative allowed. Arithmetic on it gives plain ints."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Timespan({int(self)})"


# A cell may hold any of these; closures pass them around without looking at them, so that the
# checker gains nothing from a union that every single function would have to narrow again.
Value: TypeAlias = Any
"""None | bool | int | float | Decimal | str | UUID | Datetime | Timespan | list | dict."""

Row: TypeAlias = tuple[Value, ...]

DECIMALS = Context(
    prec=34, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow]
)
"""What a decimal can hold: 128 bits (KQL reference, decimal), of which IEEE 754 makes 34 digits.

Raises ArithmeticError for anything larger.
"""

NUMERIC_TYPES = frozenset({"int", "long", "real", "decimal"})


def null_of(kql_type: str) -> Value:
    """Return the missing value of a type: '' for string, which has no null, None for the others."""
    return "" if kql_type == "string" else None


def wrap_int(number: int) -> int:
    """Return a whole number as a 32-bit int, overflowing as the engine does (two's complement)."""
    if -0x8000_0000 <= number <= 0x7FFF_FFFF:
        return number
    return ((number + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000


def wrap_long(number: int) -> int:
    """Return a whole number as a 64-bit long, overflowing as the engine does (two's complement)."""
    if -0x8000_0000_0000_0000 <= number <= 0x7FFF_FFFF_FFFF_FFFF:
        return number
    return ((number + 0x8000_0000_0000_0000) & 0xFFFF_FFFF_FFFF_FFFF) - 0x8000_0000_0000_0000


def decimal_or_null(number: Decimal | str | int) -> Decimal | None:
    """Return a decimal, or None for what is no number or does not fit in 128 bits."""
    try:
        made = Decimal(number)
    except (ArithmeticError, ValueError):
        return None
    # Digits beyond the 34th stay where they are written; arithmetic rounds them away.
    if not made.is_finite() or made.adjusted() > DECIMALS.Emax:
        return None
    return made if made.adjusted() >= DECIMALS.Emin else Decimal(0)


def datetime_or_null(ticks: int) -> Datetime | None:
    """Return a datetime, or None outside 0001-01-01 to 9999-12-31."""
    return Datetime(ticks) if 0 <= ticks <= MAX_DATETIME_TICKS else None


def timespan_or_null(ticks: int) -> Timespan | None:
    """Return a timespan, or None outside 64 bits of ticks."""
    return Timespan(ticks) if -(2**63) <= ticks < 2**63 else None


_EPOCH = datetime(1, 1, 1, tzinfo=UTC)


def from_python_datetime(moment: datetime) -> Datetime:
    """Return the value of an aware Python datetime. Raises TypeError for a naive one."""
    return Datetime((moment - _EPOCH) // timedelta(microseconds=1) * TICKS_PER_MICROSECOND)


def to_python_datetime(value: Datetime) -> datetime:
    """Return an aware Python datetime, cut to microseconds."""
    return _EPOCH + timedelta(microseconds=int(value) // TICKS_PER_MICROSECOND)


def type_of(value: Value) -> str:
    """Return the KQL type of a value found inside a dynamic; 'dynamic' for null, lists and bags."""
    return _TYPE_NAMES.get(type(value), "dynamic")


_TYPE_NAMES: Mapping[type, str] = {
    bool: "bool",
    int: "long",
    float: "real",
    Decimal: "decimal",
    str: "string",
    Datetime: "datetime",
    Timespan: "timespan",
    UUID: "guid",
}


def group_key(value: Value) -> Hashable:
    """Return a hashable that is equal exactly for values that grouping treats as the same.

    NaN equals NaN here; 1, 1.0 and true are one number where they are typed columns, but differ
    from text inside a dynamic; bags are the same whatever the order of their keys.
    """
    if isinstance(value, dict):
        return ("{}", frozenset((key, group_key(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("[]", tuple(group_key(item) for item in value))
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN is all that differs from itself
        return ("NaN",)
    hashable: Hashable = value
    return hashable


def row_key(row: Row) -> Hashable:
    """Return a hashable for a whole row, see `group_key`."""
    return tuple(value if type(value) in _PLAIN else group_key(value) for value in row)


_PLAIN = frozenset({str, int, Datetime, Timespan, type(None)})
