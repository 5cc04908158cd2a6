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
from generator.kql_evaluator.formats import real_text
from generator.kql_evaluator.parsing import parse_timespan
from generator.kql_evaluator.values import Datetime, Timespan, Value

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
    return [index for index in range(len(expected)) if not _place(index, candidates, partner)]


def _place(start: int, candidates: Sequence[Sequence[int]], partner: dict[int, int]) -> bool:
    """Find a partner along an augmenting path, breadth first; deep recursion is thus avoided."""
    reached_from: dict[int, int] = {}
    queue = [start]
    for wanted in queue:
        for item in candidates[wanted]:
            if item in reached_from:
                continue
            reached_from[item] = wanted
            if item not in partner:
                _move_along(item, start, reached_from, partner)
                return True
            queue.append(partner[item])
    return False


def _move_along(
    free: int, start: int, reached_from: Mapping[int, int], partner: dict[int, int]
) -> None:
    """Give each expected item on the path to `free` the partner that the path found for it."""
    held = {wanted: item for item, wanted in partner.items()}
    item = free
    while True:
        wanted = reached_from[item]
        partner[item] = wanted
        if wanted == start:
            return
        item = held[wanted]


def value_matches(expected: Any, actual: Value, now: datetime) -> bool:
    """Tell whether a value of the evaluator is what YAML says; times may count from `now`.

    An expected null matches null and the empty text.
    """
    match expected:
        case None:
            matches = actual is None or actual == ""
        case bool():
            matches = isinstance(actual, bool) and actual == expected
        case int() | float():
            matches = _number_matches(expected, actual)
        case str():
            matches = _text_matches(expected, actual, now)
        case dict():
            # An empty mapping matches only an empty one, or it would say nothing.
            matches = isinstance(actual, dict) and (
                row_matches(expected, actual, now) if expected else not actual
            )
        case list():
            matches = isinstance(actual, list) and _list_matches(expected, actual, now)
        case _:
            matches = False
    return matches


def _list_matches(expected: Sequence[Any], actual: Sequence[Value], now: datetime) -> bool:
    """Match in any order; an empty list only an empty one, or it would say nothing."""
    if not expected:
        return not actual
    return not unmatched(expected, actual, lambda wanted, item: value_matches(wanted, item, now))


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
            same: Any = actual == expected
        case Datetime():
            same = time_of(expected, now) == actual
        case Timespan():
            same = parse_timespan(expected) == actual
        case UUID():
            same = expected.lower() == str(actual)
        case Decimal():
            same = expected == format(actual, "f")
        case float():
            same = not math.isfinite(actual) and expected == real_text(actual)
        case _:
            same = False
    return bool(same)
