"""format_datetime(), format_timespan() and time zones."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from generator.kql_evaluator.errors import InvalidArgumentError, UnsupportedArgumentError
from generator.kql_evaluator.functions.dates import to_ticks
from generator.kql_evaluator.functions.registry import Call, Evaluate, Family
from generator.kql_evaluator.values import (
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    Datetime,
    Timespan,
    datetime_or_null,
    to_python_datetime,
)

FAMILY = Family("Dates and times as text, time zones")

_DELIMITERS = frozenset(" /-:,._[]")
_RUNS = re.compile(r"(.)\1*", re.DOTALL)
_DATETIME_WIDTHS = {"d": 2, "f": 7, "F": 7, "h": 2, "H": 2, "m": 2, "M": 2, "s": 2, "y": 4, "t": 2}
_TIMESPAN_WIDTHS = {"d": 8, "f": 7, "F": 7, "h": 2, "H": 2, "m": 2, "s": 2}


def _pieces(layout: str, widths: dict[str, int]) -> list[str]:
    """Split a format into runs of a letter. Raises where no such specifier is documented."""
    pieces = [match[0] for match in _RUNS.finditer(layout)]
    for piece in pieces:
        letter = piece[0]
        if letter in _DELIMITERS:
            continue
        if len(piece) > widths.get(letter, 0) or piece in {"t", "yyy"}:
            raise UnsupportedArgumentError(f"the format has {piece!r}, which is not documented")
    return pieces


def _fraction(piece: str, ticks: int) -> str:
    digits = f"{ticks % TICKS_PER_SECOND:07}"[: len(piece)]
    return digits if piece[0] == "f" else digits.rstrip("0")


def _datetime_piece(piece: str, value: Datetime) -> str:
    letter, width = piece[0], len(piece)
    if letter in _DELIMITERS:
        return piece
    if letter in "fF":
        return _fraction(piece, value)
    moment = to_python_datetime(value)
    if letter == "t":
        return "AM" if moment.hour < 12 else "PM"
    if letter == "y":
        return f"{moment.year if width == 4 else moment.year % 100:0{width}}"
    number = {
        "d": moment.day,
        "h": moment.hour % 12 or 12,
        "H": moment.hour,
        "m": moment.minute,
        "M": moment.month,
        "s": moment.second,
    }[letter]
    return f"{number:0{width}}"


def _timespan_piece(piece: str, ticks: int) -> str:
    letter, width = piece[0], len(piece)
    if letter in _DELIMITERS:
        return piece
    if letter in "fF":
        return _fraction(piece, ticks)
    number = {
        "d": ticks // TICKS_PER_DAY,
        "h": ticks % TICKS_PER_DAY // TICKS_PER_HOUR,
        "m": ticks % TICKS_PER_HOUR // TICKS_PER_MINUTE,
        "s": ticks % TICKS_PER_MINUTE // TICKS_PER_SECOND,
    }[letter.lower()]
    return f"{number:0{width}}"


@FAMILY.prepared("format_datetime", parameters=("datetime", "string"))
def format_datetime(call: Call) -> Evaluate:
    """Only the documented specifiers and delimiters."""
    if call.constant(1) is not None:
        _pieces(call.constant(1), _DATETIME_WIDTHS)

    def evaluate(value: Datetime, layout: str) -> str:
        pieces = _pieces(layout, _DATETIME_WIDTHS)
        return "".join(_datetime_piece(piece, value) for piece in pieces)

    return evaluate


@FAMILY.prepared("format_timespan", parameters=("timespan", "string"))
def format_timespan(call: Call) -> Evaluate:
    """Only the documented specifiers and delimiters."""
    if call.constant(1) is not None:
        _pieces(call.constant(1), _TIMESPAN_WIDTHS)

    def evaluate(value: Timespan, layout: str) -> str:
        pieces = _pieces(layout, _TIMESPAN_WIDTHS)
        text = "".join(_timespan_piece(piece, abs(int(value))) for piece in pieces)
        return f"-{text}" if value < 0 else text

    return evaluate


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidArgumentError(f"no time zone is called {name!r}") from None


@FAMILY.scalar("datetime_utc_to_local", parameters=("datetime", "string"))
def datetime_utc_to_local(value: Datetime, zone: str) -> Datetime | None:
    """Null where the local time is none of the years 1 to 9999."""
    own = _zone(zone)
    try:
        offset = to_python_datetime(value).astimezone(own).utcoffset()
    except OverflowError:
        return None
    return datetime_or_null(value + (to_ticks(offset) if offset else 0))


@FAMILY.scalar("datetime_local_to_utc", parameters=("datetime", "string"))
def datetime_local_to_utc(value: Datetime, zone: str) -> Datetime | None:
    """Null where the time of UTC is none of the years 1 to 9999."""
    local: datetime = to_python_datetime(value).replace(tzinfo=_zone(zone))
    try:
        offset = local.utcoffset()
    except OverflowError:
        return None
    return datetime_or_null(value - (to_ticks(offset) if offset else 0))
