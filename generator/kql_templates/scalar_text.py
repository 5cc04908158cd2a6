"""Timespans and datetimes as people write them in YAML, as values.

What is read here is what `generator.kql.literals` can write back without loss: whole microseconds,
the years 1 to 9999, UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction

_MICROSECONDS = {
    "d": 86_400_000_000,
    "h": 3_600_000_000,
    "m": 60_000_000,
    "s": 1_000_000,
    "ms": 1_000,
}
_LONGEST = 200
"""Characters of a timespan."""
_UNITS = re.compile(r"(-)?((?:\d{1,12}(?:\.\d{1,12})?(?:ms|[dhms]))+)", re.ASCII | re.IGNORECASE)
_UNIT = re.compile(r"([\d.]+)(ms|[dhms])", re.ASCII | re.IGNORECASE)
_CLOCK = re.compile(
    r"(-)?(?:(\d{1,8})\.)?(\d{1,2}):([0-5]\d)(?::([0-5]\d(?:\.\d{1,7})?))?", re.ASCII
)
_ISO = re.compile(
    r"(-)?P(?=[\dT])(?:(\d{1,8})D)?"
    r"(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,7})?)S)?)?",
    re.ASCII,
)
_DATETIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})"
    r"(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,7}))?(Z|[+-]\d{2}:\d{2})?)?",
    re.ASCII,
)


def parse_timespan(text: str) -> timedelta:
    """Read `1h`, `1h30m`, `1.5h`, `250ms`, `1.02:03:04` or ISO 8601 `PT1H`, negative ones too.

    Raises ValueError for another form, for parts of a microsecond and for what is too long.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"{text[:20]!r}… is not a timespan such as 90s, 5m, 1h30m or 7d")
    if match := _UNITS.fullmatch(text):
        parts = [(number, unit.lower()) for number, unit in _UNIT.findall(match[2])]
        if [unit for _, unit in parts] != [
            unit for unit in _MICROSECONDS if unit in [u for _, u in parts]
        ]:
            raise ValueError(f"{text!r} does not have its units in the order d, h, m, s, ms")
    elif (match := _CLOCK.fullmatch(text)) or (match := _ISO.fullmatch(text)):
        parts = [(n, u) for n, u in zip(match.groups()[1:], "dhms", strict=True) if n]
        if match.re is _CLOCK and int(match[3]) > 23:
            raise ValueError(f"{text!r} has more than 23 hours beside its days")
    else:
        raise ValueError(f"{text!r} is not a timespan such as 90s, 5m, 1h30m or 7d")
    microseconds = sum(Fraction(number) * _MICROSECONDS[unit] for number, unit in parts)
    if microseconds.denominator != 1:
        raise ValueError(f"{text!r} holds a part of a microsecond")
    try:
        length = timedelta(microseconds=int(microseconds))
    except OverflowError as error:
        raise ValueError(f"{text!r} is longer than a timespan can be") from error
    return -length if match[1] else length


def parse_datetime(text: str) -> datetime:
    """Read `2026-01-31` or `2026-01-31T08:00:00Z`; without an offset it is UTC.

    Raises ValueError for another form, a day or an hour that does not exist, and for parts of a
    microsecond.
    """
    match = _DATETIME.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a datetime such as 2026-01-31 or 2026-01-31T08:00:00Z")
    day, clock, fraction, offset = match.groups()
    digits = (fraction or "").ljust(7, "0")
    if digits[6] != "0":
        raise ValueError(f"{text!r} holds a part of a microsecond")
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}{offset or 'Z'}")
        return (moment + timedelta(microseconds=int(digits[:6]))).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not on the calendar or the clock") from error
