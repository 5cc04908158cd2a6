"""What a scalar expression is worth before the query runs, as far as that can be known.

A value is a range, because rounding (`startofday(ago(1d))`) moves a point by an amount that depends
on the run. Points in time count from the calendar's beginning or from the run; the two cannot be
compared. What is not certain is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Literal

from generator.checks.kql.declarations import Declarations
from generator.checks.kql.pipelines import arguments, called_name
from generator.kql.syntax import Node
from generator.kql_evaluator import parsing
from generator.kql_evaluator.values import (
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MICROSECOND,
    TICKS_PER_MILLISECOND,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
)

Unit = Literal["number", "timespan", "date", "run"]
"""What a value counts: nothing, ticks, ticks since the year 1, or ticks since the query runs."""

_DEEPEST = 40

_TYPED = re.compile(r"[a-z_]\w*\s*\((.*)\)", re.DOTALL | re.IGNORECASE)

_LITERALS: dict[str, tuple[Unit, Callable[[str], int | float | Decimal | None]]] = {
    "IntLiteralExpression": ("number", lambda text: parsing.parse_whole(text, 32)),
    "LongLiteralExpression": ("number", lambda text: parsing.parse_whole(text, 64)),
    "RealLiteralExpression": ("number", parsing.parse_real),
    "DecimalLiteralExpression": ("number", parsing.parse_decimal),
    "TimespanLiteralExpression": ("timespan", parsing.parse_timespan),
    "DateTimeLiteralExpression": ("date", parsing.parse_datetime),
}

_ROUNDS_DOWN_WITHIN = {
    "startofday": TICKS_PER_DAY,
    "startofweek": 7 * TICKS_PER_DAY,
    "startofmonth": 31 * TICKS_PER_DAY,
    "startofyear": 366 * TICKS_PER_DAY,
}
_ROUNDS_UP_WITHIN = {
    "endofday": TICKS_PER_DAY,
    "endofweek": 7 * TICKS_PER_DAY,
    "endofmonth": 31 * TICKS_PER_DAY,
    "endofyear": 366 * TICKS_PER_DAY,
}
_PARTS = {
    "week": 7 * TICKS_PER_DAY,
    "day": TICKS_PER_DAY,
    "hour": TICKS_PER_HOUR,
    "minute": TICKS_PER_MINUTE,
    "second": TICKS_PER_SECOND,
    "millisecond": TICKS_PER_MILLISECOND,
    "microsecond": TICKS_PER_MICROSECOND,
}


@dataclass(frozen=True, slots=True)
class Known:
    """A value that lies between two others of its unit, both included."""

    unit: Unit
    low: Fraction
    high: Fraction

    @property
    def exact(self) -> Fraction | None:
        """The value, where it is one."""
        return self.low if self.low == self.high else None

    def shifted(self, low: Fraction | int, high: Fraction | int) -> Known:
        """Return the value moved by something between two amounts."""
        return Known(self.unit, self.low + low, self.high + high)


_RUN = Known("run", Fraction(0), Fraction(0))


@dataclass(slots=True)
class Evaluator:
    """Computes the expressions of one query; each let is computed once."""

    declarations: Declarations
    lets: dict[int, Known | None] = field(default_factory=dict)

    def value(self, node: Node, depth: int = 0) -> Known | None:
        """Return what is known of an expression's value, or None."""
        if depth > _DEEPEST:
            return None
        known: Known | None = None
        if node.kind in _LITERALS:
            known = _literal(node)
        elif node.kind in _ARITHMETIC:
            known = self._arithmetic(node, depth)
        elif node.kind == "ParenthesizedExpression":
            known = self.value(node.child("Expression"), depth + 1)
        elif node.kind == "UnaryMinusExpression":
            known = _scaled(self.value(node.child("Expression"), depth + 1), Fraction(-1))
        elif node.kind == "NameReference":
            known = self._let(node, depth)
        elif node.kind == "FunctionCallExpression":
            known = self._call(node, depth)
        return known

    def _arithmetic(self, node: Node, depth: int) -> Known | None:
        left = self.value(node.child("Left"), depth + 1)
        right = self.value(node.child("Right"), depth + 1)
        if left is None or right is None:
            return None
        return _ARITHMETIC[node.kind](left, right, node)

    def _let(self, node: Node, depth: int) -> Known | None:
        if node.symbol is None or node.symbol.kind != "Variable":
            return None
        value = self.declarations.value_of(node)
        if value is None:
            return None
        if value.start not in self.lets:
            self.lets[value.start] = self.value(value, depth + 1)
        return self.lets[value.start]

    def _call(self, node: Node, depth: int) -> Known | None:
        name = called_name(node)
        if node.expansion is not None or name is None:
            return None
        given = arguments(node)
        values = [self.value(argument, depth + 1) for argument in given]
        if name == "datetime_add" and len(given) == 3:
            return _moved_by_parts(given[0], values[1], values[2])
        known = [value for value in values if value is not None]
        return _called(name, known) if len(known) == len(given) else None


def _called(name: str, given: list[Known]) -> Known | None:
    match name, given:
        case "now", []:
            return _RUN
        case "now" | "ago", [Known(unit="timespan") as offset]:
            back = _scaled(offset, Fraction(-1)) if name == "ago" else offset
            return None if back is None else _RUN.shifted(back.low, back.high)
        case "totimespan", [Known(unit="timespan") as length]:
            return length
        case "bin" | "floor", [value, step]:
            return _binned(value, step)
        case _, [Known(unit="date" | "run") as point]:
            return _rounded(name, point)
    return None


def _rounded(name: str, point: Known) -> Known | None:
    if name in _ROUNDS_DOWN_WITHIN:
        return point.shifted(-_ROUNDS_DOWN_WITHIN[name], 0)
    if name in _ROUNDS_UP_WITHIN:
        return point.shifted(0, _ROUNDS_UP_WITHIN[name])
    return point if name == "todatetime" else None


def _is_point(value: Known) -> bool:
    return value.unit in {"date", "run"}


def _literal(node: Node) -> Known | None:
    text = next((part.text for part in node.walk() if part.text), "")
    typed = _TYPED.fullmatch(text)
    unit, parse = _LITERALS[node.kind]
    value = parse(typed[1].strip().strip("\"'") if typed else text)
    if value is None or not isfinite(value):
        return None
    number = Fraction(value)
    return Known(unit, number, number)


def _scaled(value: Known | None, factor: Fraction) -> Known | None:
    if value is None or _is_point(value):
        return None
    ends = sorted((value.low * factor, value.high * factor))
    return Known(value.unit, ends[0], ends[1])


def _sum(left: Known, right: Known, _node: Node) -> Known | None:
    if _is_point(right) and left.unit == "timespan":
        left, right = right, left
    if right.unit == left.unit != "date" and left.unit != "run":
        return left.shifted(right.low, right.high)
    if _is_point(left) and right.unit == "timespan":
        return left.shifted(right.low, right.high)
    return None


def _difference(left: Known, right: Known, node: Node) -> Known | None:
    if _is_point(left) and left.unit == right.unit:
        return Known("timespan", left.low - right.high, left.high - right.low)
    negative = _scaled(right, Fraction(-1))
    return _sum(left, negative, node) if negative is not None else None


def _product(left: Known, right: Known, _node: Node) -> Known | None:
    if left.unit == "number":
        left, right = right, left
    if right.unit != "number" or right.exact is None:
        return None
    return _scaled(left, right.exact)


def _quotient(left: Known, right: Known, node: Node) -> Known | None:
    if right.unit != "number" or not right.exact:
        return None
    if left.unit == "number" and node.type != "real":
        return None  # whole numbers are divided without their fraction
    return _scaled(left, 1 / right.exact)


def _binned(value: Known, step: Known) -> Known | None:
    size = step.exact
    if size is None or size <= 0 or (step.unit == "number") != (value.unit == "number"):
        return None
    if _is_point(step):
        return None
    if value.exact is not None and value.unit != "run":
        down = value.exact // size * size
        return Known(value.unit, Fraction(down), Fraction(down))
    return value.shifted(-size, 0)


def _moved_by_parts(part: Node, amount: Known | None, point: Known | None) -> Known | None:
    size = _PARTS.get(part.value.lower()) if isinstance(part.value, str) else None
    if size is None or amount is None or point is None or not _is_point(point):
        return None
    return point.shifted(amount.low * size, amount.high * size)


_ARITHMETIC = {
    "AddExpression": _sum,
    "SubtractExpression": _difference,
    "MultiplyExpression": _product,
    "DivideExpression": _quotient,
}
