"""Durations of the detection format and of the API, as `timedelta` values.

Accepted: the community form `[Nd][Nh][Nm]` in that order in either case, and ISO 8601 without
years and months (their length is not fixed). Written: ISO 8601 in one canonical spelling.
"""

from __future__ import annotations

import re
from datetime import timedelta

_COMMUNITY = re.compile(
    r"(?=\d)(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?", re.IGNORECASE | re.ASCII
)
_ISO = re.compile(
    r"P(?=[\dT])(?:(\d{1,9})W)?(?:(\d{1,9})D)?"
    r"(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,6})0*)?S)?)?",
    re.ASCII,
)


def parse_duration(text: str) -> timedelta:
    """Read a duration in community form (`1d`, `1h30m`) or ISO 8601 (`P1D`, `PT1H30M`).

    Raises ValueError when the text is neither, or longer than a timedelta holds.
    """
    if match := _COMMUNITY.fullmatch(text):
        days, hours, minutes = (int(part or 0) for part in match.groups())
        weeks = seconds = microseconds = 0
    elif match := _ISO.fullmatch(text):
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[:5])
        microseconds = int((match[6] or "").ljust(6, "0"))
    else:
        raise ValueError(f"{text!r} is not a duration such as 5m, 1h30m, 1d or PT5M")
    try:
        return timedelta(
            weeks=weeks,
            days=days,
            hours=hours,
            minutes=minutes,
            seconds=seconds,
            microseconds=microseconds,
        )
    except OverflowError as error:
        raise ValueError(f"{text!r} is longer than any duration can be") from error


def format_iso_duration(duration: timedelta) -> str:
    """Write a duration in ISO 8601: days, hours, minutes and seconds, none of them that is zero.

    Raises ValueError for a negative duration: no field of a rule can hold one.
    """
    if duration < timedelta(0):
        raise ValueError(f"a duration cannot be negative: {duration}")
    minutes, seconds = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{duration.microseconds:06d}".rstrip("0") if duration.microseconds else ""
    date = f"{duration.days}D" if duration.days else ""
    clock = "".join(
        [
            f"{hours}H" if hours else "",
            f"{minutes}M" if minutes else "",
            f"{seconds}{fraction}S" if seconds or fraction else "",
        ]
    )
    if not date and not clock:
        return "PT0S"
    return f"P{date}" + (f"T{clock}" if clock else "")
