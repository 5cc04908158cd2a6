"""Typed literals whose text is no value of the type: `datetime(31.12.2025)`, `guid(ana)`.

The engine reads more notations of a date than the reference lists: one that might be a date in any
of them is not refused here, even where this evaluator cannot read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from generator.kql.syntax import Node
from generator.kql_evaluator import parsing
from generator.kql_evaluator.expressions.literals import written
from generator.kql_evaluator.refusals.bodies import bodies, once
from generator.kql_evaluator.refusals.refusal import Refusal


def literal_refusals(tree: Node) -> Iterator[Refusal]:
    """Yield the literals of a query that the engine cannot read."""
    return once(_all(tree))


def _all(tree: Node) -> Iterator[Refusal]:
    for body in bodies(tree):
        # What is inside of dynamic(…) is JSON, which has rules of its own.
        inside_json = 0
        negated = -1
        for node in body.nodes:
            if node.kind == "DynamicExpression":
                inside_json = max(inside_json, node.end)
            elif node.kind == "UnaryMinusExpression":
                negated = node.child("Expression").start
            is_wrong = _WRONG.get(node.kind)
            if is_wrong is None or node.start < inside_json:
                continue
            text = written(node).strip()
            if text == _LOWEST_LONG and node.start == negated:
                continue
            if text and text.lower() != "null" and is_wrong(text):
                name, advice = _TYPES[node.kind]
                yield body.refusal(node, f"{text!r} is no {name}", advice)


_TYPES = {
    "DateTimeLiteralExpression": ("datetime", "write it as datetime(2025-12-31T23:59:59Z)"),
    "TimespanLiteralExpression": ("timespan", "write it as 14d, 36h, 90m or timespan(1.12:00:00)"),
    "GuidLiteralExpression": ("guid", "write guid(74be27de-1e4e-49d9-b579-fe0b331d3642)"),
    "LongLiteralExpression": ("long", "a long is a whole number of at most 64 bits"),
    "IntLiteralExpression": ("int", "an int is a whole number of at most 32 bits"),
    "RealLiteralExpression": ("real", "write a number, real(nan), real(+inf) or real(-inf)"),
    "DecimalLiteralExpression": ("decimal", "write a number"),
    "BooleanLiteralExpression": ("bool", "write true or false"),
}

_DECIMAL_NUMBER = re.compile(r"\s*[+-]?\d+\s*")
_HEXADECIMAL = re.compile(r"\s*[+-]?0[xX][0-9a-fA-F]+\s*")
_NUMBER_LIKE = re.compile(r"\s*[+-]?(?:\d[\d,]*+(?:\.\d*+)?|\.\d+)(?:[eE][+-]?\d+)?\s*[a-zA-Z]?\s*")
_LOWEST_LONG = str(1 << 63)
"""Without its sign: in `-9223372036854775808` the minus stands outside of the literal."""


_MOST_DIGITS = 20


def _wrong_whole(bits: int) -> Callable[[str], bool]:
    def is_wrong(text: str) -> bool:
        if _DECIMAL_NUMBER.fullmatch(text):
            # Python reads no number of several thousand digits, and none of over twenty fits.
            digits = text.lstrip("+-").lstrip("0") or "0"
            if len(digits) > _MOST_DIGITS:
                return True
            number = -int(digits) if text.startswith("-") else int(digits)
            lowest = 1 << (bits - 1)
            return not -lowest <= number < lowest
        if _HEXADECIMAL.fullmatch(text):
            return abs(int(text, 16)) >= 1 << bits
        return not _NUMBER_LIKE.fullmatch(text)

    return is_wrong


def _wrong_real(text: str) -> bool:
    return parsing.parse_real(text) is None and not _NUMBER_LIKE.fullmatch(text)


def _wrong_decimal(text: str) -> bool:
    return not _NUMBER_LIKE.fullmatch(text)


def _wrong_bool(text: str) -> bool:
    return parsing.parse_bool(text) is None and not re.search(r"\d", text)


_HEX_DIGITS = re.compile(r"[0-9a-fA-F]{32}")


def _wrong_guid(text: str) -> bool:
    return "0x" not in text.lower() and not _HEX_DIGITS.fullmatch(re.sub(r"[-{}()\s]", "", text))


_WORD = re.compile(r"[A-Za-z]+")


def _wrong_timespan(text: str) -> bool:
    if parsing.parse_timespan(text) is not None:
        return False
    words = [word.lower() for word in _WORD.findall(text)]
    return not re.search(r"\d", text) or any(word not in parsing.TIME_UNITS for word in words)


_NUMBERED = re.compile(r"\s*(\d{1,4})\s*[-./ ,]\s*(\d{1,2})\s*[-./ ,]\s*(\d{1,4})(?!\d)")
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?")


def _wrong_datetime(text: str) -> bool:
    if parsing.parse_datetime(text) is not None:
        return False
    if not re.search(r"\d", text):
        return True
    clock = _CLOCK.search(text)
    if clock and not _is_time(*(int(part or 0) for part in clock.groups())):
        return True
    # One blank for many: what follows a run of them would be tried behind each.
    numbered = _NUMBERED.match(" ".join(text.split()))
    if numbered is None:
        return False
    first, second, third = (int(part) for part in numbered.groups())
    if len(numbered[1]) > 2:
        return not _is_date(first, second, third)
    return not _is_date(third if len(numbered[3]) > 2 else 2000 + third, first, second)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _is_time(hour: int, minute: int, second: int) -> bool:
    return hour <= 24 and minute <= 59 and second <= 60


_WRONG: Mapping[str, Callable[[str], bool]] = {
    "DateTimeLiteralExpression": _wrong_datetime,
    "TimespanLiteralExpression": _wrong_timespan,
    "GuidLiteralExpression": _wrong_guid,
    "LongLiteralExpression": _wrong_whole(64),
    "IntLiteralExpression": _wrong_whole(32),
    "RealLiteralExpression": _wrong_real,
    "DecimalLiteralExpression": _wrong_decimal,
    "BooleanLiteralExpression": _wrong_bool,
}
