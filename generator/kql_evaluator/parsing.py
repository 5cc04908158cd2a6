"""Text to KQL values: literals, todatetime(), totimespan(), tolong() and typed fixtures.

Text that a conversion function cannot read gives None, as in the engine; JSON that nests too deeply
is all that raises here.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from uuid import UUID

from generator.kql_evaluator.errors import UnsupportedArgumentError
from generator.kql_evaluator.values import (
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MILLISECOND,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    Datetime,
    Timespan,
    Value,
    datetime_or_null,
    decimal_or_null,
    from_python_datetime,
    timespan_or_null,
)
from generator.kql_evaluator.weights import DEEPEST

_MOST_DIGITS = 1000
"""Characters of a number or a timespan; no type holds a value that needs as many."""
_LONGEST_DATETIME = 200
"""Characters of a datetime, blanks within it included."""

_ISO = re.compile(
    r"""\s*(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?
    (?:(?:[Tt]|\s+)(?P<hour>\d{1,2})(?::(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,](?P<fraction>\d+))?)?)?
    \s*(?P<meridiem>[AaPp][Mm])?)?
    \s*(?P<zone>[Zz]|[+-]\d{2}(?::?\d{2})?|UTC|GMT)?\s*""",
    re.VERBOSE,
)
_LISTED = re.compile(r"\s*(\d{4})\s*,\s*(\d{1,2})\s*,\s*(\d{1,2})\s*")
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?)?Z?\s*")
_AMERICAN = re.compile(
    r"""\s*(?P<month>\d{1,2})[-/](?P<day>\d{1,2})[-/](?P<year>\d{4})
    (?:[T\s]+(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:\.(?P<fraction>\d+))?)?
    \s*(?P<meridiem>[AaPp][Mm])?)?\s*(?P<zone>[Zz])?\s*""",
    re.VERBOSE,
)
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})?")


def parse_datetime(text: str) -> Datetime | None:
    """Return the UTC datetime that a text says (ISO 8601, RFC 822, month/day/year), or None."""
    text = text.strip()
    if len(text) > _LONGEST_DATETIME:
        return None
    for pattern in (_ISO, _AMERICAN):
        match = pattern.fullmatch(text)
        if match:
            return _assembled(match.groupdict())
    listed = _LISTED.fullmatch(text)
    if listed:
        return _assembled(dict(zip(("year", "month", "day"), listed.groups(), strict=True)))
    compact = _COMPACT.fullmatch(text)
    if compact:
        year, month, day, hour, minute, second = compact.groups()
        parts = {"year": year, "month": month, "day": day, "hour": hour, "minute": minute}
        return _assembled({**parts, "second": second})
    return _worded(text)


def _assembled(parts: dict[str, str | None]) -> Datetime | None:
    hour = int(parts.get("hour") or 0)
    meridiem = (parts.get("meridiem") or "").lower()
    if meridiem:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if meridiem == "pm" else 0)
    try:
        moment = datetime(
            int(parts["year"] or 1),
            int(parts.get("month") or 1),
            int(parts.get("day") or 1),
            hour,
            int(parts.get("minute") or 0),
            int(parts.get("second") or 0),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    ticks = int(from_python_datetime(moment)) + _fraction_ticks(parts.get("fraction"))
    offset = _OFFSET.fullmatch(parts.get("zone") or "")
    if offset:
        sign, hours, minutes = offset.groups()
        shift = int(hours) * TICKS_PER_HOUR + int(minutes or 0) * TICKS_PER_MINUTE
        ticks -= shift if sign == "+" else -shift
    return datetime_or_null(ticks)


def _fraction_ticks(digits: str | None) -> int:
    return int((digits or "0")[:7].ljust(7, "0"))


_WORDED_FORMATS = (
    "%d %b %y %H:%M:%S",
    "%d %b %y %H:%M",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%B %d, %Y %H:%M:%S",
    "%a %b %d %H:%M:%S %Y",
    "%A, %d-%b-%y %H:%M:%S",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
)
_LONG_WEEKDAY = re.compile(r"(?i)^\s*(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+")


def _worded(text: str) -> Datetime | None:
    if not any(character.isdigit() for character in text):
        return None
    if re.search(r"[A-Za-z]{3}", text) and ":" in text:
        try:
            moment = parsedate_to_datetime(text.strip())
        except (ValueError, IndexError, TypeError, OverflowError):
            pass
        else:
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return from_python_datetime(aware.astimezone(UTC))
    bare = re.sub(r"\s*(GMT|UTC|Z)\s*$", "", _LONG_WEEKDAY.sub("", text)).strip()
    for layout in _WORDED_FORMATS:
        try:
            return from_python_datetime(datetime.strptime(bare, layout).replace(tzinfo=UTC))
        except ValueError:
            continue
    return None


TIME_UNITS: dict[str, int] = {}
"""Ticks of a unit by each of its names; 0 for a nanosecond, which is shorter than a tick."""

for _names, _ticks in (
    (("d", "day", "days"), TICKS_PER_DAY),
    (("h", "hr", "hrs", "hour", "hours"), TICKS_PER_HOUR),
    (("m", "min", "minute", "minutes"), TICKS_PER_MINUTE),
    (("s", "sec", "second", "seconds"), TICKS_PER_SECOND),
    (("ms", "milli", "millis", "millisec", "millisecond", "milliseconds"), TICKS_PER_MILLISECOND),
    (("micro", "micros", "microsec", "microsecond", "microseconds"), 10),
    (("nano", "nanos", "nanosec", "nanosecond", "nanoseconds"), 0),
    (("tick", "ticks"), 1),
):
    TIME_UNITS.update(dict.fromkeys(_names, _ticks))
_WITH_UNIT = re.compile(
    r"\s*(?P<sign>[+-]?)(?P<number>\d+(?:\.\d+)?|\.\d+)\s*(?P<unit>[A-Za-z]+)\s*"
)
_CLOCK = re.compile(
    r"\s*(?P<sign>[+-]?)(?:(?P<days>\d+)[.:])??(?P<hours>\d{1,2}):(?P<minutes>\d{1,2})"
    r"(?::(?P<seconds>\d{1,2})(?:\.(?P<fraction>\d+))?)?\s*"
)
_DAYS = re.compile(r"\s*([+-]?\d+)\s*")


def parse_timespan(text: str) -> Timespan | None:
    """Return the timespan of `1.5h`, `15 seconds`, `2` (days), `1.02:03:04.5`, or None."""
    text = text.strip()
    if len(text) > _MOST_DIGITS:
        return None
    with_unit = _WITH_UNIT.fullmatch(text)
    if with_unit:
        return _unit_timespan(with_unit)
    days = _DAYS.fullmatch(text)
    if days and len(days[1]) <= _MOST_DIGITS:
        return timespan_or_null(int(days[1]) * TICKS_PER_DAY)
    clock = _CLOCK.fullmatch(text)
    return _clock_timespan(clock) if clock else None


def _unit_timespan(match: re.Match[str]) -> Timespan | None:
    unit = match["unit"].lower()
    if unit not in TIME_UNITS:
        return None
    number = Decimal(match["number"])
    ticks = number / 100 if TIME_UNITS[unit] == 0 else number * TIME_UNITS[unit]
    whole = int(ticks.to_integral_value())
    return timespan_or_null(-whole if match["sign"] == "-" else whole)


def _clock_timespan(match: re.Match[str]) -> Timespan | None:
    hours, minutes = int(match["hours"]), int(match["minutes"])
    seconds = int(match["seconds"] or 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    ticks = (
        int(match["days"] or 0) * TICKS_PER_DAY
        + hours * TICKS_PER_HOUR
        + minutes * TICKS_PER_MINUTE
        + seconds * TICKS_PER_SECOND
        + _fraction_ticks(match["fraction"])
    )
    return timespan_or_null(-ticks if match["sign"] == "-" else ticks)


# The digits and blanks of ASCII, as .NET reads numbers; Python's own reading knows more and other.
_WHOLE = re.compile(r"\s*[+-]?(?:0[xX][0-9a-fA-F]+|\d+)\s*", re.ASCII)


def parse_whole(text: str, bits: int) -> int | None:
    """Return a whole number that fits in so many bits (decimal or 0x), or None.

    A text with a fraction is read as a real and cut, as tolong("3.7") does.
    """
    if len(text) <= _MOST_DIGITS and _WHOLE.fullmatch(text):
        number = int(text, 16) if "x" in text.lower() else int(text)
        if "x" in text.lower() and number >= 1 << (bits - 1):
            number -= 1 << bits
    else:
        real = parse_real(text)
        if real is None or not math.isfinite(real):
            return None
        number = int(real)
    return number if -(1 << (bits - 1)) <= number < 1 << (bits - 1) else None


_REAL = re.compile(r"\s*[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d+)?\s*", re.ASCII)
_SPECIAL_REALS = {
    "nan": math.nan,
    "inf": math.inf,
    "+inf": math.inf,
    "-inf": -math.inf,
    "infinity": math.inf,
    "+infinity": math.inf,
    "-infinity": -math.inf,
}


def parse_real(text: str) -> float | None:
    """Return a real, or None."""
    if _REAL.fullmatch(text):
        return float(text)
    return _SPECIAL_REALS.get(text.strip().lower())


def parse_decimal(text: str) -> Decimal | None:
    """Return a decimal, or None."""
    if len(text) > _MOST_DIGITS or not _REAL.fullmatch(text):
        return None
    return decimal_or_null(text.strip())


def parse_bool(text: str) -> bool | None:
    """Return true for `true` or a number other than 0, false for `false` or 0, else None."""
    word = text.strip().lower()
    if word in {"true", "false"}:
        return word == "true"
    number = parse_whole(word, 64)
    return None if number is None else number != 0


def parse_guid(text: str) -> UUID | None:
    """Return a guid, or None."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def parse_json(text: str) -> Value:
    """Return the dynamic value of a JSON text; a text that is not JSON is that text as a string.

    parse_json("") is null. Numbers beyond 64 bits become reals. Raises UnsupportedArgumentError for
    JSON that nests too deeply.
    """
    if not text.strip():
        return None
    try:
        return json.loads(text, parse_int=_json_int, parse_constant=_not_json)
    except ValueError:
        return text
    except RecursionError:
        if text.rstrip()[-1] not in "]}":
            return text
        raise UnsupportedArgumentError(
            f"JSON of more than {DEEPEST} lists and bags inside each other"
        ) from None


def _json_int(digits: str) -> int | float:
    if len(digits) > 20:
        return float(digits)
    number = int(digits)
    return number if -(2**63) <= number < 2**63 else float(digits)


def _not_json(name: str) -> float:
    raise ValueError(name)
