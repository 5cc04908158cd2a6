"""How the service reads single values of a body: durations, numbers, truth values.

It accepts numbers and truth values written as text, and ISO 8601 durations only. A value that
cannot be read comes back as None or as it was, and the caller refuses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from generator.text.duration import parse_duration


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a rule is invalid, and the member it is about; "" is the whole rule."""

    path: str
    message: str


def as_duration(value: Any) -> timedelta | None:
    """Return an ISO 8601 duration as a value, or None for anything else."""
    if not isinstance(value, str) or not value.startswith("P"):
        return None
    try:
        return parse_duration(value)
    except ValueError:
        return None


def as_boolean(text: str) -> bool | str:
    """Return a truth value written as text in any case; other text as it is."""
    return {"true": True, "false": False}.get(text.lower(), text)


def as_integer(text: str) -> int | str:
    """Return a whole number of at most nine digits written as text; other text as it is."""
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdecimal() and len(digits) <= 9:
        return int(text)
    return text
