"""bin() and its like."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from generator.kql_evaluator.functions.registry import Call, Evaluate, Family
from generator.kql_evaluator.values import Value, datetime_or_null, timespan_or_null

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
    if not size > 0 or not all(math.isfinite(number) for number in (value, size, start)):
        return None
    if isinstance(value, Decimal) or isinstance(size, Decimal):
        value, size, start = (Decimal(str(number)) for number in (value, size, start))
    count = (value - start) / size
    return math.floor(count) * size + start if math.isfinite(count) else value


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
        rounded = Decimal(number).quantize(Decimal(1).scaleb(-precision), ROUND_HALF_UP)
        return rounded if call.result_type == "decimal" else int(rounded)

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
