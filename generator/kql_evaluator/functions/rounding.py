"""bin() and its like."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from generator.kql_evaluator.functions.registry import Call, Evaluate, Family
from generator.kql_evaluator.values import (
    DECIMALS,
    Value,
    datetime_or_null,
    timespan_or_null,
    wrap_long,
)

FAMILY = Family("Rounding")

_RESULTS: dict[str, Callable[[int], Value]] = {
    "datetime": datetime_or_null,
    "timespan": timespan_or_null,
}


@FAMILY.prepared("bin", "floor")
def bin_(call: Call) -> Evaluate:
    """Round down to a multiple; null for a bin size of zero or less."""
    wrap = _RESULTS.get(call.result_type)

    def whole(value: int, size: int = 1) -> Value:
        if size <= 0:
            return None
        rounded = value // size * size
        return wrap(rounded) if wrap else rounded

    return _real_bin if call.result_type in {"real", "decimal"} else whole


def _real_bin(value: Value, size: Value = 1, start: Value = 0) -> Value:
    reals = [number for number in (value, size, start) if isinstance(number, float)]
    if not size > 0 or not all(map(math.isfinite, reals)):
        return None
    if isinstance(value, Decimal) or isinstance(size, Decimal):
        return _decimal_bin(*(Decimal(str(number)) for number in (value, size, start)))
    count = (value - start) / size
    return math.floor(count) * size + start if math.isfinite(count) else value


def _decimal_bin(value: Decimal, size: Decimal, start: Decimal) -> Decimal:
    """A number that is too far away from the size to tell its bin stays as it is."""
    try:
        count = DECIMALS.divide(DECIMALS.subtract(value, start), size)
        whole = count.to_integral_value(ROUND_FLOOR)
        return DECIMALS.add(DECIMALS.multiply(whole, size), start)
    except ArithmeticError:
        return value


@FAMILY.prepared("bin_at")
def bin_at(call: Call) -> Evaluate:
    """Bins that begin at a fixed point, in both directions."""
    wrap = _RESULTS.get(call.result_type)

    def whole(value: int, size: int, start: int) -> Value:
        if size <= 0:
            return None
        rounded = (value - start) // size * size + start
        return wrap(rounded) if wrap else rounded

    return _real_bin if call.result_type in {"real", "decimal"} else whole


_MOST_DIGITS = 6144
"""Digits before or behind the point of any decimal."""


@FAMILY.prepared("round", parameters=("any", "long"))
def round_(call: Call) -> Evaluate:
    """Halves go away from zero. A negative precision rounds to tens, hundreds, …"""

    def real(number: float, precision: int = 0) -> float:
        if not math.isfinite(number) or abs(precision) > 300:
            return number
        scale = 10.0 ** abs(precision)
        scaled = number * scale if precision >= 0 else number / scale
        if not math.isfinite(scaled):
            return number
        rounded = math.floor(abs(scaled) + 0.5)
        if rounded - abs(scaled) > 0.5:
            rounded -= 1
        signed = math.copysign(rounded, number)
        return signed / scale if precision >= 0 else signed * scale

    def exact(number: Value, precision: int = 0) -> Value:
        digits = max(-_MOST_DIGITS, min(precision, _MOST_DIGITS))
        try:
            rounded = Decimal(number).quantize(Decimal((0, (1,), -digits)), ROUND_HALF_UP, DECIMALS)
        except ArithmeticError:
            # So many digits have no room in a decimal: there are none to be rounded away.
            return number
        rounded = rounded or Decimal(0)
        return rounded if call.result_type == "decimal" else wrap_long(int(rounded))

    if call.result_type in {"int", "long", "decimal"}:
        return exact
    return lambda number, precision=0: real(float(number), precision)


@FAMILY.prepared("ceiling")
def ceiling(call: Call) -> Evaluate:
    def evaluate(number: Value) -> Value:
        if isinstance(number, Decimal):
            return number.to_integral_value(ROUND_CEILING)
        if not math.isfinite(number):
            return number
        return float(math.ceil(number)) if call.result_type == "real" else math.ceil(number)

    return evaluate
