"""Reads KQL literals back, written from the KQL reference and independent of the writer."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
    "microsecond": timedelta(microseconds=1),
}


def read_string(text: str, position: int = 0) -> tuple[str, int]:
    """Read a quoted string and return it with the position after its closing quote."""
    quote, units, position = text[position], [], position + 1
    assert quote in "\"'"
    while text[position] != quote:
        character = text[position]
        assert character not in "\r\n", "a KQL string ends with its line"
        if character != "\\":
            units.append(character)
            position += 1
        elif text[position + 1] == "u":
            units.append(chr(int(text[position + 2 : position + 6], 16)))
            position += 6
        else:
            units.append(_ESCAPES[text[position + 1]])
            position += 2
    joined = "".join(units).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    return joined, position + 1


def read_literal(text: str) -> object:
    """Read a whole literal; AssertionError where anything else stands there."""
    if text[0] in "\"'":
        value, end = read_string(text)
        assert end == len(text)
        return value
    if text in ("true", "false"):
        return text == "true"
    return _read_number(text) if text[0] in "-0123456789lr" else _read_typed(text)


def _read_typed(text: str) -> object:
    if match := re.fullmatch(r"dynamic\((.*)\)", text, re.DOTALL):
        return json.loads(match[1])
    match = re.fullmatch(r"datetime\((.*)Z\)", text)
    assert match, text
    return datetime.fromisoformat(match[1])


def _read_number(text: str) -> object:
    if match := re.fullmatch(r"(-?\d+)(d|h|m|s|ms|microsecond)", text):
        return int(match[1]) * _UNITS[match[2]]
    if match := re.fullmatch(r"(?:long\()?(-?\d+)\)?", text):
        return int(match[1])
    match = re.fullmatch(r"(?:real\()?(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\)?", text)
    assert match, text
    return float(match[1])


def read_identifier(text: str) -> str:
    """Read a plain or a bracketed name."""
    if text.startswith("["):
        value, end = read_string(text, 1)
        assert text[end:] == "]"
        return value
    assert re.fullmatch(r"[A-Za-z_]\w*", text, re.ASCII)
    return text
