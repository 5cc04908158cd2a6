"""Functions on numeric arrays, element by element; fitting and seasons are in `series_models`.

Elements that are no numbers are null. A value that is no array gives null.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from itertools import pairwise

from generator.kql_evaluator.budget import Budget
from generator.kql_evaluator.functions import work
from generator.kql_evaluator.functions.registry import Family
from generator.kql_evaluator.values import Value

FAMILY = Family("Series")

Numbers = list[float | None]


def numbers_of(array: Value) -> Numbers | None:
    """Return the elements as numbers, null for others, or None where the value is no array."""
    if not isinstance(array, list):
        return None
    return [
        item if isinstance(item, int | float) and not isinstance(item, bool) else None
        for item in array
    ]


_LONG = 2**63


def _guarded(compute: Callable[..., Value]) -> Callable[..., Value]:
    def evaluate(*numbers: float) -> Value:
        try:
            found = compute(*numbers)
            # Beyond 64 bits a whole number is a real, as it is in JSON.
            return found if type(found) is not int or -_LONG <= found < _LONG else float(found)
        except (ValueError, ZeroDivisionError):
            return math.nan
        except OverflowError:
            return math.inf

    return evaluate


def _declare_unary(name: str, compute: Callable[[float], Value]) -> None:
    guarded = _guarded(compute)

    def evaluate(array: Value) -> list[Value] | None:
        numbers = numbers_of(array)
        if numbers is None:
            return None
        return [None if number is None else guarded(number) for number in numbers]

    FAMILY.scalar(f"series_{name}", work=work.element_by_element)(evaluate)


def _declare_binary(name: str, compute: Callable[[float, float], Value]) -> None:
    guarded = _guarded(compute)

    def evaluate(left: Value, right: Value) -> list[Value] | None:
        ones, others = _pair(left, right)
        if ones is None or others is None:
            return None
        size = max(len(ones), len(others))
        results: list[Value] = []
        for at in range(size):
            one = ones[at] if at < len(ones) else None
            other = others[at] if at < len(others) else None
            results.append(None if one is None or other is None else guarded(one, other))
        return results

    FAMILY.scalar(f"series_{name}", work=work.element_by_element)(evaluate)


def _pair(left: Value, right: Value) -> tuple[Numbers | None, Numbers | None]:
    """Return both operands as arrays; a single number stands for each element."""
    ones, others = numbers_of(left), numbers_of(right)
    if ones is None and others is not None:
        ones = _repeated(left, len(others))
    elif others is None and ones is not None:
        others = _repeated(right, len(ones))
    return ones, others


def _repeated(value: Value, size: int) -> Numbers | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return [value] * size if is_number else None


def _divide(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left)
    return left / right


def _sign(number: float) -> float:
    return float((number > 0) - (number < 0))


def _log(number: float) -> float:
    return -math.inf if number == 0 else math.log(number)


_UNARY: dict[str, Callable[[float], Value]] = {
    "abs": abs,
    "ceiling": lambda number: float(math.ceil(number)) if math.isfinite(number) else number,
    "floor": lambda number: float(math.floor(number)) if math.isfinite(number) else number,
    "exp": math.exp,
    "log": _log,
    "sign": _sign,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
}
_BINARY: dict[str, Callable[[float, float], Value]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": _divide,
    "pow": math.pow,
    "greater": operator.gt,
    "greater_equals": operator.ge,
    "less": operator.lt,
    "less_equals": operator.le,
    "equals": operator.eq,
    "not_equals": operator.ne,
}
for _name, _unary in _UNARY.items():
    _declare_unary(_name, _unary)
for _name, _binary in _BINARY.items():
    _declare_binary(_name, _binary)


def complete(array: Value) -> list[float] | None:
    """Return an array of numbers alone, or None where it is none or has other elements."""
    numbers = numbers_of(array)
    if numbers is None:
        return None
    found = [float(number) for number in numbers if number is not None]
    return found if len(found) == len(numbers) else None


@FAMILY.scalar("series_sum", work=work.element_by_element)
def series_sum(array: Value) -> float | None:
    numbers = complete(array)
    return None if numbers is None else sum(numbers)


@FAMILY.scalar("series_product", work=work.element_by_element)
def series_product(array: Value) -> float | None:
    numbers = complete(array)
    return None if numbers is None else math.prod(numbers)


@FAMILY.scalar("series_magnitude", work=work.element_by_element)
def series_magnitude(array: Value) -> float | None:
    """The length of the array as a vector."""
    numbers = complete(array)
    return None if numbers is None else math.sqrt(sum(number * number for number in numbers))


def _both(left: Value, right: Value) -> tuple[list[float], list[float]] | None:
    one, other = complete(left), complete(right)
    if one is None or other is None or len(one) != len(other):
        return None
    return one, other


@FAMILY.scalar("series_dot_product", work=work.element_by_element)
def series_dot_product(left: Value, right: Value) -> float | None:
    """Null where the arrays differ in length."""
    both = _both(left, right)
    return None if both is None else sum(one * other for one, other in zip(*both, strict=True))


@FAMILY.scalar(
    "series_cosine_similarity",
    parameters=("dynamic", "dynamic", "real"),
    work=work.element_by_element,
)
def series_cosine_similarity(left: Value, right: Value, *_: float) -> float | None:
    """Null where the arrays differ in length; further arguments only save the engine work."""
    both = _both(left, right)
    if both is None:
        return None
    product = sum(one * other for one, other in zip(*both, strict=True))
    lengths = math.prod(math.sqrt(sum(item * item for item in numbers)) for numbers in both)
    return _divide(product, lengths)


def squares_sum(numbers: list[float]) -> float:
    """Return the sum of squared distances from the mean; infinity where it is too large."""
    mean = sum(numbers) / len(numbers)
    # A product gives infinity where a power would raise.
    return sum((number - mean) * (number - mean) for number in numbers)


@FAMILY.scalar("series_pearson_correlation", work=work.element_by_element)
def series_pearson_correlation(left: Value, right: Value) -> float | None:
    """NaN where one of them does not vary."""
    both = _both(left, right)
    if both is None or not both[0]:
        return None
    ones, others = both
    mean, other_mean = sum(ones) / len(ones), sum(others) / len(others)
    product = sum((a - mean) * (b - other_mean) for a, b in zip(ones, others, strict=True))
    squares = squares_sum(ones) * squares_sum(others)
    return _divide(product, math.sqrt(squares))


@FAMILY.scalar(
    "series_fill_const", parameters=("dynamic", "any"), strict=False, work=work.element_by_element
)
def series_fill_const(array: Value, fill: Value = 0, missing: Value = None) -> list[Value] | None:
    if not isinstance(array, list):
        return None
    return [fill if _is_missing(item, missing) else item for item in array]


def _is_missing(item: Value, missing: Value) -> bool:
    return item is None or (missing is not None and bool(item == missing))


@FAMILY.scalar(
    "series_fill_forward", parameters=("dynamic", "any"), strict=False, work=work.element_by_element
)
def series_fill_forward(array: Value, missing: Value = None) -> list[Value] | None:
    if not isinstance(array, list):
        return None
    filled: list[Value] = []
    for item in array:
        filled.append(filled[-1] if filled and _is_missing(item, missing) else item)
    return filled


@FAMILY.scalar(
    "series_fill_backward",
    parameters=("dynamic", "any"),
    strict=False,
    work=work.element_by_element,
)
def series_fill_backward(array: Value, missing: Value = None) -> list[Value] | None:
    if not isinstance(array, list):
        return None
    filled = series_fill_forward(array[::-1], missing)
    return None if filled is None else filled[::-1]


@FAMILY.scalar(
    "series_fill_linear", parameters=("dynamic", "any"), strict=False, work=work.element_by_element
)
def series_fill_linear(
    array: Value,
    missing: Value = None,
    fill_edges: bool = True,
    constant: Value = 0,
) -> list[Value] | None:
    """Straight lines between known neighbours; at the edges their values, if asked for."""
    numbers = numbers_of(array)
    if numbers is None:
        return None
    known = {at: n for at, n in enumerate(numbers) if n is not None and n != missing}
    if not known:
        return [constant] * len(numbers)
    filled: list[Value] = [known.get(at) for at in range(len(numbers))]
    for left, right in pairwise(known):
        for at in range(left + 1, right):
            share = (at - left) / (right - left)
            filled[at] = known[left] + (known[right] - known[left]) * share
    if fill_edges:
        first, last = min(known), max(known)
        filled[:first] = [known[first]] * first
        filled[last + 1 :] = [known[last]] * (len(numbers) - last - 1)
    return filled


def _each_with_each(budget: Budget, array: Value, *factors: Value) -> None:
    if isinstance(array, list):
        each = sum(len(listed) for listed in factors if isinstance(listed, list))
        budget.step(len(array) * each)


@FAMILY.scalar(
    "series_fir", parameters=("dynamic", "dynamic", "bool", "bool"), work=_each_with_each
)
def series_fir(
    array: Value,
    coefficients: Value,
    normalize: bool | None = None,
    center: bool = False,
) -> list[Value] | None:
    """A finite impulse response filter. Without the third argument it is normalized unless a
    coefficient is negative.
    """
    numbers, factors = numbers_of(array), complete(coefficients)
    if numbers is None or not factors:
        return None
    if normalize is None:
        normalize = min(factors) >= 0
    whole = sum(factors, 0.0)
    if normalize and whole:
        factors = [factor / whole for factor in factors]
    shift = (len(factors) - 1) // 2 if center else 0
    results: list[Value] = []
    for at in range(len(numbers)):
        total = 0.0
        for back, factor in enumerate(factors):
            source = at + shift - back
            if 0 <= source < len(numbers):
                total += factor * (numbers[source] or 0)
        results.append(total)
    return results


@FAMILY.scalar("series_iir", work=_each_with_each)
def series_iir(array: Value, numerators: Value, denominators: Value) -> list[Value] | None:
    """An infinite impulse response filter (direct form)."""
    numbers, ahead, back = numbers_of(array), complete(numerators), complete(denominators)
    if numbers is None or not ahead or not back or back[0] == 0:
        return None
    results: list[Value] = []
    for at in range(len(numbers)):
        total = 0.0
        for lag, factor in enumerate(ahead[: at + 1]):
            total += factor * (numbers[at - lag] or 0)
        for lag, factor in enumerate(back[1 : at + 1], 1):
            total -= factor * results[at - lag]
        results.append(total / back[0])
    return results
