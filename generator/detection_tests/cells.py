"""One value of a sample event becomes a KQL value of its column's type, or an error says why not.

YAML values are taken strictly: a number is no text and a text is no number, because that is what
hides mistakes in a fixture. Exported files hold everything as text, which is converted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from generator.kql_evaluator import parsing
from generator.kql_evaluator.conversion import CONVERSIONS, to_decimal, to_real
from generator.kql_evaluator.errors import UnsupportedArgumentError
from generator.kql_evaluator.values import Datetime, Value, from_python_datetime, null_of
from generator.kql_evaluator.weights import DEEPEST, weight_of

_RELATIVE = re.compile(
    r"(?P<sign>[+-])(?=\d)(?:(?P<days>\d{1,6})d)?(?:(?P<hours>\d{1,6})h)?"
    r"(?:(?P<minutes>\d{1,6})m)?(?:(?P<seconds>\d{1,6})s)?"
)
_EXAMPLES = {
    "bool": "true or false",
    "int": "a whole number of 32 bits",
    "long": "a whole number of 64 bits",
    "real": "a number",
    "decimal": "a number",
    "string": "text",
    "datetime": "a time such as 2026-01-15T11:50:00Z, or -10m before now",
    "timespan": "a timespan such as 1.02:03:04 or 90m",
    "guid": "a GUID",
}


class UnusableCellError(ValueError):
    """A value that is not of its column's type; `help` says what to write instead."""

    def __init__(self, message: str, help_: str | None = None) -> None:
        super().__init__(message)
        self.help = help_


def typed_cell(value: Any, kql_type: str, now: datetime) -> Value:
    """Return a YAML value as a value of a KQL type; null is the type's missing value.

    Times may count from `now`: `-10m`, `-1d2h`, `+30s`. Raises UnusableCellError.
    """
    if value is None:
        return null_of(kql_type)
    typed = _TYPED[kql_type](value, now)
    if typed is None:
        message = f"{shown(value)} is not {_EXAMPLES[kql_type]}"
        raise UnusableCellError(message, _hint(value, kql_type))
    return typed


def _whole(value: Any, bits: int) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool)
    return value if fits and -(1 << (bits - 1)) <= value < 1 << (bits - 1) else None


def _number(value: Any) -> float | int | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _dynamic(value: Any, _now: datetime) -> Value:
    # Exports write bags and lists as text, and so do people who copy from them.
    is_json = isinstance(value, str) and value.lstrip()[:1] in ("{", "[")
    return _json(value) if is_json else value


def _json(text: str) -> Value:
    """Return the value of a JSON text. Raises UnusableCellError where it nests too deeply."""
    try:
        value = parsing.parse_json(text)
    except UnsupportedArgumentError as error:
        raise UnusableCellError(str(error)) from None
    if isinstance(value, list | dict) and weight_of(value).depth > DEEPEST:
        raise UnusableCellError(f"JSON of more than {DEEPEST} lists and bags inside each other")
    return value


def _real(value: Any, _now: datetime) -> float | None:
    number = _number(value)
    return None if number is None else to_real(number)


def _decimal(value: Any, _now: datetime) -> Decimal | None:
    if isinstance(value, str):
        return parsing.parse_decimal(value)
    number = _number(value)
    return None if number is None else to_decimal(number)


_TYPED: Mapping[str, Callable[[Any, datetime], Value]] = {
    "dynamic": _dynamic,
    "string": lambda value, _now: value if isinstance(value, str) else None,
    "bool": lambda value, _now: value if isinstance(value, bool) else None,
    "int": lambda value, _now: _whole(value, 32),
    "long": lambda value, _now: _whole(value, 64),
    "real": _real,
    "decimal": _decimal,
    "datetime": lambda value, now: time_of(value, now) if isinstance(value, str) else None,
    "timespan": lambda value, _now: (
        parsing.parse_timespan(value) if isinstance(value, str) else None
    ),
    "guid": lambda value, _now: parsing.parse_guid(value) if isinstance(value, str) else None,
}
"""None: the value is not of the type."""


def exported_cell(value: Any, kql_type: str, now: datetime) -> Value:
    """Return a value of an exported file as a value of a KQL type.

    Text is converted, and an empty one is null. Raises UnusableCellError.
    """
    if not isinstance(value, str):
        if kql_type == "string" and value is not None:
            return CONVERSIONS["string"](value)
        return typed_cell(value, kql_type, now)
    if kql_type == "string":
        return value
    if not value.strip():
        return None
    if kql_type == "dynamic":
        return _json(value)
    converted = (
        time_of(value, now) if kql_type == "datetime" else CONVERSIONS[kql_type](value.strip())
    )
    if converted is None:
        raise UnusableCellError(f"{shown(value)} is not {_EXAMPLES[kql_type]}")
    return converted


def time_of(text: str, now: datetime) -> Datetime | None:
    """Return the time that a text says, or None: relative to `now`, ISO, or as the portal writes.

    The portal exports `1/15/2026, 12:00:00.000 PM`.
    """
    relative = _RELATIVE.fullmatch(text.strip())
    if relative is None:
        return parsing.parse_datetime(text.replace(", ", " ", 1))
    parts = {
        name: int(number or 0) for name, number in relative.groupdict().items() if name != "sign"
    }
    length = timedelta(**parts)
    try:
        return from_python_datetime(now + length if relative["sign"] == "+" else now - length)
    except OverflowError:
        return None


def shown_type(value: Any) -> str:
    """Return the KQL type that a value of an undeclared column shows: what YAML or JSON says."""
    match value:
        case bool():
            return "bool"
        case int():
            return "long"
        case float():
            return "real"
        case dict() | list():
            return "dynamic"
        case _:
            return "string"


def shown(value: Any) -> str:
    """Return a value as a message quotes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case date():
            return value.isoformat()
        case str():
            return repr(value if len(value) <= 60 else f"{value[:60]}…")
        case _:
            return str(value)


def _hint(value: Any, kql_type: str) -> str | None:
    if kql_type == "string" and isinstance(value, bool | int | float):
        return "put it in quotes"
    if kql_type in {"bool", "int", "long", "real"} and isinstance(value, str):
        try:
            return "write it without quotes" if CONVERSIONS[kql_type](value) is not None else None
        except ValueError:
            return None
    return None
