"""Statistics, lines, seasons and outliers of numeric arrays.

The reference defines these but for details that it leaves open: how percentiles between two values
are interpolated (linearly here) and how seasons are found (by autocorrelation here). Scores may
therefore differ from the engine's in their digits; clear outliers are the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

from generator.kql_evaluator.budget import Budget
from generator.kql_evaluator.errors import InvalidArgumentError
from generator.kql_evaluator.functions import work
from generator.kql_evaluator.functions.registry import Call, Evaluate, Family
from generator.kql_evaluator.functions.series import complete, numbers_of, squares_sum
from generator.kql_evaluator.values import Value

FAMILY = Family("Models of series")

_STATISTICS = ("min", "min_idx", "max", "max_idx", "avg", "stdev", "variance")


@FAMILY.scalar("series_stats", work=work.element_by_element)
def series_stats(array: Value, *_: Value) -> tuple[Value, ...]:
    """Variance and deviation are those of a sample; nulls do not count."""
    known = [(at, n) for at, n in enumerate(numbers_of(array) or []) if n is not None]
    if not known:
        return tuple(repeat(None, len(_STATISTICS)))
    values = [float(number) for _, number in known]
    least, most = min(values), max(values)
    variance = _sample_variance(values)
    return (
        least,
        known[values.index(least)][0],
        most,
        known[values.index(most)][0],
        sum(values) / len(values),
        math.sqrt(variance),
        variance,
    )


@FAMILY.scalar("series_stats_dynamic", work=work.element_by_element)
def series_stats_dynamic(array: Value, *_: Value) -> dict[str, Value] | None:
    """As series_stats(), with sum and len."""
    numbers = [number for number in numbers_of(array) or [] if number is not None]
    if not numbers:
        return None
    found = dict(zip(_STATISTICS, series_stats(array), strict=True))
    return {**found, "sum": float(sum(numbers)), "len": len(array)}


@dataclass(frozen=True, slots=True)
class Line:
    """A least squares line over the positions 0, 1, 2, …"""

    slope: float
    start: float

    def at(self, position: int) -> float:
        """Return the line's value."""
        return self.start + self.slope * position


def fitted_line(numbers: Sequence[float]) -> Line:
    """Return the least squares line; through a single point it is level."""
    size = len(numbers)
    middle, mean = (size - 1) / 2, sum(numbers) / size
    width = sum((at - middle) ** 2 for at in range(size))
    if not width:
        return Line(0.0, mean)
    slope = sum((at - middle) * (number - mean) for at, number in enumerate(numbers)) / width
    return Line(slope, mean - slope * middle)


def _sample_variance(numbers: list[float]) -> float:
    return squares_sum(numbers) / (len(numbers) - 1) if len(numbers) > 1 else 0.0


_FIT = ("rsquare", "slope", "variance", "rvariance", "interception", "line_fit")


@FAMILY.scalar("series_fit_line", work=work.element_by_element)
def series_fit_line(array: Value) -> tuple[Value, ...]:
    """Nulls where the array has other elements than numbers."""
    numbers = complete(array)
    if not numbers:
        return tuple(repeat(None, len(_FIT)))
    line = fitted_line(numbers)
    fit = [line.at(position) for position in range(len(numbers))]
    variance = _sample_variance(numbers)
    rest = _sample_variance([n - f for n, f in zip(numbers, fit, strict=True)])
    square = 1 - rest / variance if variance else 1.0
    # The reference's example counts positions from 1.
    return square, line.slope, variance, rest, line.start - line.slope, fit


@FAMILY.scalar("series_fit_line_dynamic", work=work.element_by_element)
def series_fit_line_dynamic(array: Value) -> dict[str, Value] | None:
    """The results of series_fit_line() in a bag."""
    fit = series_fit_line(array)
    return None if fit[0] is None else dict(zip(_FIT, fit, strict=True))


def _percentile(ordered: Sequence[float], percent: float) -> float:
    place = (len(ordered) - 1) * percent / 100
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


_RANGES = {"tukey": (25.0, 75.0), "ctukey": (10.0, 90.0)}


def tukey_scores(numbers: Sequence[float | None], low: float, high: float) -> list[float]:
    """Return by how many inter-percentile ranges each number lies outside of that range."""
    ordered = sorted(number for number in numbers if number is not None)
    if not ordered:
        return [0.0] * len(numbers)
    first, last = _percentile(ordered, low), _percentile(ordered, high)
    return [0.0 if number is None else _score(number, first, last) for number in numbers]


def _score(number: float, first: float, last: float) -> float:
    outside = number - last if number > last else min(number - first, 0.0)
    if last == first:
        return math.copysign(math.inf, outside) if outside else 0.0
    return outside / (last - first)


def _range_of(kind: str) -> tuple[float, float]:
    if kind not in _RANGES:
        raise InvalidArgumentError("the method must be 'tukey' or 'ctukey'")
    return _RANGES[kind]


@FAMILY.prepared(
    "series_outliers",
    parameters=("dynamic", "string", "real", "real"),
    strict=False,
    work=work.element_by_element,
)
def series_outliers(call: Call) -> Evaluate:
    """The distance from the percentile range, in ranges: beyond 1.5 is an outlier."""
    if call.constant(1):
        _range_of(call.constant(1))

    def evaluate(
        array: Value,
        kind: str = "ctukey",
        missing: float | None = None,
        low: float | None = None,
        high: float | None = None,
    ) -> list[float] | None:
        numbers = numbers_of(array)
        if numbers is None:
            return None
        first, last = _range_of(kind or "ctukey")
        if kind == "ctukey":
            first, last = low if low is not None else first, high if high is not None else last
        return tukey_scores([None if n == missing else n for n in numbers], first, last)

    return evaluate


def found_season(numbers: Sequence[float], threshold: float) -> int:
    """Return the period with the best autocorrelation of at least the threshold, 0 for none.

    A period must fit into the series twice.
    """
    line = fitted_line(numbers)
    rest = [number - line.at(position) for position, number in enumerate(numbers)]
    total = sum(value * value for value in rest)
    size = len(rest)
    if not total or size < 4:
        return 0
    scores = [
        sum(rest[at] * rest[at - lag] for at in range(lag, size)) / total * size / (size - lag)
        for lag in range(size // 2 + 1)
    ]
    peaks = [
        (scores[lag], -lag)
        for lag in range(2, len(scores) - 1)
        if scores[lag - 1] < scores[lag] >= scores[lag + 1] and scores[lag] >= threshold
    ]
    return -max(peaks)[1] if peaks else 0


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A series as seasonal part, trend, and what remains."""

    seasonal: list[float]
    trend: list[float]
    residual: list[float]

    @property
    def baseline(self) -> list[float]:
        """The predicted series."""
        return [season + trend for season, trend in zip(self.seasonal, self.trend, strict=True)]


def decomposed(
    numbers: Sequence[float], season: int, trend: str, test_points: int, threshold: float
) -> Decomposition:
    """Split a series; the last `test_points` numbers are predicted, not learnt from.

    `season` -1 looks for a period, 0 is none.
    """
    learnt = numbers[: len(numbers) - test_points] or numbers
    line = Line(0.0, 0.0)
    if trend == "linefit":
        line = fitted_line(learnt)
    elif trend == "avg":
        line = Line(0.0, sum(learnt) / len(learnt))
    elif trend != "none":
        raise InvalidArgumentError("the trend must be 'avg', 'linefit' or 'none'")
    trends = [line.at(position) for position in range(len(numbers))]
    period = found_season(learnt, threshold) if season < 0 else season
    seasonal = _seasonal([n - t for n, t in zip(learnt, trends, strict=False)], period)
    cycle = [seasonal[at % period] if period else 0.0 for at in range(len(numbers))]
    rest = [n - t - s for n, t, s in zip(numbers, trends, cycle, strict=True)]
    return Decomposition(cycle, trends, rest)


def _seasonal(numbers: Sequence[float], period: int) -> list[float]:
    """Return the mean of each phase."""
    phases = [numbers[at::period] for at in range(period)] if period else []
    return [sum(phase) / len(phase) if phase else 0.0 for phase in phases]


_DEFAULT_THRESHOLD = 0.6
_DECOMPOSE = ("dynamic", "long", "string", "long", "real")


def _each_lag(budget: Budget, array: Value, season: int) -> None:
    """A season that is not given is looked for with every distance of up to half of the series."""
    if isinstance(array, list):
        budget.step(len(array) * (32 + (len(array) >> 1 if season < 0 else 0)) + max(season, 0))


def _decomposing(budget: Budget, array: Value, season: int = -1, *_: Value) -> None:
    _each_lag(budget, array, season)


def _scoring(
    budget: Budget, array: Value, _threshold: float = 1.5, season: int = -1, *_: Value
) -> None:
    _each_lag(budget, array, season)


@FAMILY.scalar("series_decompose", parameters=_DECOMPOSE, work=_decomposing)
def series_decompose(
    array: Value,
    season: int = -1,
    trend: str = "avg",
    test_points: int = 0,
    threshold: float = _DEFAULT_THRESHOLD,
) -> tuple[Value, ...]:
    """Baseline, season, trend, residual. A season that is to be found is found by
    autocorrelation, which the engine may do otherwise.
    """
    numbers = complete(array)
    if not numbers:
        return (None, None, None, None)
    parts = decomposed(numbers, season, trend, test_points, threshold)
    return parts.baseline, parts.seasonal, parts.trend, parts.residual


_ANOMALIES = ("dynamic", "real", "long", "string", "long", "string", "real")


@FAMILY.scalar("series_decompose_anomalies", parameters=_ANOMALIES, work=_scoring)
def series_decompose_anomalies(
    array: Value,
    threshold: float = 1.5,
    season: int = -1,
    trend: str = "avg",
    test_points: int = 0,
    method: str = "ctukey",
    season_threshold: float = _DEFAULT_THRESHOLD,
) -> tuple[Value, ...]:
    """Flags, scores, baseline. Scores near the threshold may differ from the engine's; a season
    that is to be found is found by autocorrelation.
    """
    numbers = complete(array)
    if not numbers:
        return (None, None, None)
    parts = decomposed(numbers, season, trend, test_points, season_threshold)
    scores = tukey_scores(parts.residual, *_range_of(method))
    flags = [float((score >= threshold) - (score <= -threshold)) for score in scores]
    return flags, scores, parts.baseline
