"""Aggregates that compute: sum, avg, variance and standard deviation, covariance, percentiles.

Nulls do not take part. Percentiles are exact (nearest rank) where the engine estimates.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import accumulate

from generator.kql_evaluator.conversion import CONVERSIONS, Conversion, unchanged
from generator.kql_evaluator.errors import InvalidArgumentError
from generator.kql_evaluator.functions.counting import declare_filtered
from generator.kql_evaluator.functions.ordering import ordered
from generator.kql_evaluator.functions.registry import Call, Family
from generator.kql_evaluator.values import (
    NUMERIC_TYPES,
    Datetime,
    Timespan,
    Value,
    decimal_or_null,
    timespan_or_null,
    wrap_long,
)

FAMILY = Family("Aggregates that compute")

_TEMPORAL = frozenset({"datetime", "timespan"})


def _reader(call: Call) -> Conversion:
    """Return what makes a number of an argument that is none by its type (dynamic)."""
    if call.arguments[0].type in NUMERIC_TYPES | _TEMPORAL:
        return unchanged
    return CONVERSIONS.get(call.result_type, unchanged)


class _Collected:
    """The numbers of a group; what they come to is for `finish` to say."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._read = _reader(call)

    def start(self) -> list[Value]:
        return []

    def add(self, state: list[Value], *arguments: Value) -> None:
        value = self._read(arguments[0])
        if value is not None:
            state.append(value)


@FAMILY.aggregate("sum")
class Sum(_Collected):
    """sum(): 0 without values; long overflows."""

    def finish(self, state: list[Value]) -> Value:
        total = sum(state)
        kind = self._call.result_type
        if kind == "timespan":
            return timespan_or_null(int(total))
        if kind == "decimal":
            return decimal_or_null(total)
        if kind == "real":
            return float(total)
        return wrap_long(int(total)) if math.isfinite(total) else None


@FAMILY.aggregate("avg")
class Average(_Collected):
    """avg(): NaN without values, or null where the result is no real."""

    def finish(self, state: list[Value]) -> Value:
        kind = self._call.result_type
        if not state:
            return math.nan if kind == "real" else None
        if kind in _TEMPORAL:
            wrap = Datetime if kind == "datetime" else Timespan
            return wrap(int(sum(state)) // len(state))
        if kind == "decimal":
            return decimal_or_null(Decimal(sum(state)) / len(state))
        return float(sum(state)) / len(state)


class _Variance(_Collected):
    def __init__(self, call: Call, *, of_sample: bool, root: bool) -> None:
        super().__init__(call)
        self._missing = 1 if of_sample else 0
        self._root = root

    def finish(self, state: list[Value]) -> float:
        numbers = [float(value) for value in state]
        if len(numbers) <= self._missing:
            return 0.0
        mean = sum(numbers) / len(numbers)
        squares = sum((number - mean) * (number - mean) for number in numbers)
        variance = squares / (len(numbers) - self._missing)
        return math.sqrt(variance) if self._root else variance


def _declare_variance(name: str, *, of_sample: bool, root: bool) -> None:
    def create(call: Call) -> _Variance:
        return _Variance(call, of_sample=of_sample, root=root)

    FAMILY.aggregate(name)(create)
    declare_filtered(FAMILY, f"{name}if", create)


_declare_variance("variance", of_sample=True, root=False)
_declare_variance("variancep", of_sample=False, root=False)
_declare_variance("stdev", of_sample=True, root=True)
FAMILY.aggregate("stdevp")(lambda call: _Variance(call, of_sample=False, root=True))
declare_filtered(FAMILY, "sumif", Sum)
declare_filtered(FAMILY, "avgif", Average)


class _Covariance:
    def __init__(self, *, of_sample: bool, has_predicate: bool) -> None:
        self._missing = 1 if of_sample else 0
        self._has_predicate = has_predicate

    def start(self) -> list[tuple[float, float]]:
        return []

    def add(self, state: list[tuple[float, float]], *arguments: Value) -> None:
        if self._has_predicate and not arguments[2]:
            return
        if arguments[0] is not None and arguments[1] is not None:
            state.append((float(arguments[0]), float(arguments[1])))

    def finish(self, state: list[tuple[float, float]]) -> float:
        if len(state) <= self._missing:
            return 0.0
        left = sum(one for one, _ in state) / len(state)
        right = sum(other for _, other in state) / len(state)
        total = sum((one - left) * (other - right) for one, other in state)
        return total / (len(state) - self._missing)


def _declare_covariance(name: str, *, of_sample: bool) -> None:
    FAMILY.aggregate(name, parameters=("real",))(
        lambda _: _Covariance(of_sample=of_sample, has_predicate=False)
    )
    FAMILY.aggregate(f"{name}if", parameters=("real", "real", "bool"))(
        lambda _: _Covariance(of_sample=of_sample, has_predicate=True)
    )


_declare_covariance("covariance", of_sample=True)
_declare_covariance("covariancep", of_sample=False)


def nearest_rank(values: Sequence[Value], weights: Sequence[int], percentile: float) -> Value:
    """Return the smallest of sorted values that so many percent of them do not exceed."""
    seen = list(accumulate(weights))
    place = bisect_left(seen, percentile * seen[-1] / 100)
    return values[min(place, len(values) - 1)]


class _Percentiles:
    """Percentiles of one group; `shape` makes the result of their list."""

    def __init__(
        self, call: Call, *, weighted: bool, shape: Callable[[list[Value]], Value]
    ) -> None:
        self._weighted = weighted
        self._shape = shape
        self._read = _reader(call) if call.result_type in CONVERSIONS else unchanged
        self._percentiles = _percentiles(call, 2 if weighted else 1)
        self._is_real = call.result_type == "real"

    def start(self) -> list[tuple[Value, int]]:
        return []

    def add(self, state: list[tuple[Value, int]], *arguments: Value) -> None:
        value = self._read(arguments[0])
        weight = arguments[1] if self._weighted else 1
        if value is not None and weight is not None and weight > 0:
            state.append((value, weight))

    def finish(self, state: list[tuple[Value, int]]) -> Value:
        if not state:
            return self._shape([None] * len(self._percentiles))
        state = ordered(state, lambda pair: pair[0])
        values, weights = [pair[0] for pair in state], [pair[1] for pair in state]
        found = [nearest_rank(values, weights, wanted) for wanted in self._percentiles]
        return self._shape([float(value) for value in found] if self._is_real else found)


def _percentiles(call: Call, first: int) -> list[float]:
    wanted: list[Value] = []
    for argument in call.arguments[first:]:
        if not argument.is_constant:
            raise InvalidArgumentError("percentiles must be constants")
        wanted += argument.value if isinstance(argument.value, list) else [argument.value]
    if not wanted or not all(isinstance(item, int | float) and 0 <= item <= 100 for item in wanted):
        raise InvalidArgumentError("percentiles must be numbers from 0 to 100")
    return [float(item) for item in wanted]


def _declare_percentiles(
    name: str, shape: Callable[[list[Value]], Value], *, tabular: bool
) -> None:
    for suffix, weighted in (("", False), ("w", True)):
        stem, _, rest = name.partition("_")
        full = f"{stem}{suffix}_{rest}" if rest else f"{stem}{suffix}"

        def create(call: Call, weighted: bool = weighted) -> _Percentiles:
            return _Percentiles(call, weighted=weighted, shape=shape)

        FAMILY.aggregate(full, tabular=tabular)(create)


_declare_percentiles("percentile", lambda found: found[0], tabular=False)
_declare_percentiles("percentiles", tuple, tabular=True)
_declare_percentiles("percentiles_array", list, tabular=False)
