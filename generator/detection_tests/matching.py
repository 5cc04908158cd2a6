"""Whether an actual value is what a test expects, and whether lists match in any order.

An expectation is plain YAML; an actual value is one of the evaluator's. Mappings match as subsets,
and lists find a distinct partner for each expected item.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from generator.detection_tests.cells import time_of
from generator.kql.evaluator.parsing import parse_timespan
from generator.kql.evaluator.values import Datetime, Timespan, Value

Expected = TypeVar("Expected")
Actual = TypeVar("Actual")


def unmatched(
    expected: Sequence[Expected],
    actual: Sequence[Actual],
    matches: Callable[[Expected, Actual], bool],
) -> list[int]:
    """Return the indices of expected items that find no partner of their own.

    Each actual item is partner of at most one; as many as possible are matched (Kuhn's algorithm),
    so a broad expectation never takes the only partner of a narrow one.
    """
    candidates = [
        [index for index, item in enumerate(actual) if matches(wanted, item)] for wanted in expected
    ]
    partner: dict[int, int] = {}
    return [
        index
        for index in range(len(expected))
        if not _place(index, candidates, partner)
    ]


def _place(start: int, candidates: Sequence[Sequence[int]], partner: dict[int, int]) -> bool:
    """Find a partner along an augmenting path, breadth first; long paths would exhaust the stack."""
    reached_from: dict[int, int] = {}
    queue = [start]
    for wanted in queue:
        for item in candidates[wanted]:
            if item in reached_from:
                continue
            reached_from[item] = wanted
            if item in partner:
                queue.append(partner[item])
                continue
            while True:
                taker = reached_from[item]
                freed = next((own for own, of in partner.items() if of == taker), None)
                partner[item] = taker
                if taker == start or freed is None:
                    return True
                item = freed
    return False


def value_matches(expected: Any, actual: Value, now: datetime) -> bool:
    """Tell whether a value of the evaluator is what YAML says; times may count from `now`.

    An expected null matches null and the empty text.
    """
    match expected:
        case None:
            return actual is None or actual == ""
        case bool():
            return isinstance(actual, bool) and actual == expected
        case int() | float():
            return _number_matches(expected, actual)
        case str():
            return _text_matches(expected, actual, now)
        case dict():
            return isinstance(actual, dict) and row_matches(expected, actual, now)
        case list():
            return isinstance(actual, list) and not unmatched(
                expected, actual, lambda wanted, item: value_matches(wanted, item, now)
            )
        case _:
            return False


def row_matches(expected: Mapping[str, Any], actual: Mapping[str, Value], now: datetime) -> bool:
    """Tell whether a row or bag has every expected key with its value, whatever else it has."""
    return all(
        key in actual and value_matches(value, actual[key], now) for key, value in expected.items()
    )


def _number_matches(expected: float, actual: Value) -> bool:
    if isinstance(actual, bool | Datetime | Timespan) or not isinstance(
        actual, int | float | Decimal
    ):
        return False
    if isinstance(expected, int) and isinstance(actual, int):
        return expected == actual
    return math.isclose(expected, actual, rel_tol=1e-9, abs_tol=1e-12)


def _text_matches(expected: str, actual: Value, now: datetime) -> bool:
    match actual:
        case str():
            return expected == actual
        case Datetime():
            return time_of(expected, now) == actual
        case Timespan():
            return parse_timespan(expected) == actual
        case UUID():
            return expected.lower() == str(actual)
        case Decimal():
            return expected == format(actual, "f")
        case float() if not math.isfinite(actual):
            return expected == {math.inf: "Infinity", -math.inf: "-Infinity"}.get(actual, "NaN")
        case _:
            return False
