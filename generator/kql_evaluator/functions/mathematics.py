"""Functions on numbers: rounding aside, which is in `rounding`; bits at the end."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from generator.kql_evaluator.conversion import to_decimal
from generator.kql_evaluator.functions import work
from generator.kql_evaluator.functions.ordering import compare
from generator.kql_evaluator.functions.registry import Call, Evaluate, Family
from generator.kql_evaluator.values import Timespan, Value, timespan_or_null, wrap_long

FAMILY = Family("Mathematics")


def _real(name: str, compute: Callable[..., float]) -> None:
    """Declare a function of reals: NaN outside its domain, infinity beyond the range."""

    def evaluate(*numbers: float) -> float:
        try:
            return float(compute(*numbers))
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    FAMILY.scalar(name, parameters=("real",))(evaluate)


def _logarithm(compute: Callable[[float], float]) -> Callable[[float], float]:
    def logarithm(number: float) -> float:
        return -math.inf if number == 0 else compute(number)

    return logarithm


def _cotangent(angle: float) -> float:
    tangent = math.tan(angle)
    return 1 / tangent if tangent else math.inf


def _power(base: float, exponent: float) -> float:
    if base == 0 and exponent < 0:
        return math.inf
    return math.pow(base, exponent)


_REALS: dict[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "exp2": partial(math.pow, 2),
    "exp10": partial(math.pow, 10),
    "log": _logarithm(math.log),
    "log2": _logarithm(math.log2),
    "log10": _logarithm(math.log10),
    "pow": _power,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "cot": _cotangent,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "atan2": math.atan2,
    "degrees": math.degrees,
    "radians": math.radians,
    "gamma": math.gamma,
    "loggamma": math.lgamma,
    "erf": math.erf,
    "erfc": math.erfc,
}
for _name, _compute in _REALS.items():
    _real(_name, _compute)


@FAMILY.scalar("pi")
def pi() -> float:
    return math.pi


@FAMILY.scalar("abs")
def abs_(number: Value) -> Value:
    if isinstance(number, Timespan):
        return timespan_or_null(abs(int(number)))
    return wrap_long(abs(number)) if isinstance(number, int) else abs(number)


@FAMILY.prepared("sign")
def sign(call: Call) -> Evaluate:
    result = float if call.result_type == "real" else int
    return lambda number: result((number > 0) - (number < 0))


@FAMILY.scalar("isnan", parameters=("real",), strict=False)
def isnan(number: float | None) -> bool:
    return number is not None and math.isnan(number)


@FAMILY.scalar("isinf", parameters=("real",), strict=False)
def isinf(number: float | None) -> bool:
    return number is not None and math.isinf(number)


@FAMILY.scalar("isfinite", parameters=("real",), strict=False)
def isfinite(number: float | None) -> bool:
    return number is not None and math.isfinite(number)


def _extreme(call: Call, values: tuple[Value, ...], direction: int) -> Value:
    found = [value for value in values if value is not None]
    if not found:
        return None
    best = found[0]
    for value in found[1:]:
        if compare(value, best) * direction > 0:
            best = value
    return _as_type(best, call.result_type)


def _as_type(value: Value, kql_type: str) -> Value:
    if kql_type == "real" and isinstance(value, int):
        return float(value)
    if kql_type == "decimal" and isinstance(value, int | float):
        return to_decimal(value)
    return value


@FAMILY.prepared("max_of", strict=False, work=work.compared)
def max_of(call: Call) -> Evaluate:
    """Nulls do not count."""
    return lambda *values: _extreme(call, values, 1)


@FAMILY.prepared("min_of", strict=False, work=work.compared)
def min_of(call: Call) -> Evaluate:
    """Nulls do not count."""
    return lambda *values: _extreme(call, values, -1)


@FAMILY.scalar("around")
def around(value: Value, center: Value, delta: Value) -> bool | None:
    """Null where the values do not compare."""
    try:
        return bool(center - delta <= value <= center + delta)
    except TypeError:
        return None


@FAMILY.scalar("binary_and", parameters=("long",))
def binary_and(left: int, right: int) -> int:
    return left & right


@FAMILY.scalar("binary_or", parameters=("long",))
def binary_or(left: int, right: int) -> int:
    return left | right


@FAMILY.scalar("binary_xor", parameters=("long",))
def binary_xor(left: int, right: int) -> int:
    return left ^ right


@FAMILY.scalar("binary_not", parameters=("long",))
def binary_not(number: int) -> int:
    return ~number


@FAMILY.scalar("binary_shift_left", parameters=("long",))
def binary_shift_left(number: int, count: int) -> int | None:
    """Shifts by the count modulo 64; null for a negative one."""
    return None if count < 0 else wrap_long(number << count % 64)


@FAMILY.scalar("binary_shift_right", parameters=("long",))
def binary_shift_right(number: int, count: int) -> int | None:
    """Shifts by the count modulo 64; null for a negative one."""
    return None if count < 0 else number >> count % 64


@FAMILY.scalar("bitset_count_ones", parameters=("long",))
def bitset_count_ones(number: int) -> int:
    return (number & 0xFFFF_FFFF_FFFF_FFFF).bit_count()
