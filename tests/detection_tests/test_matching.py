from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.detection_tests.matching import row_matches, unmatched, value_matches
from generator.kql_evaluator.parsing import parse_datetime, parse_timespan

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)

edges = st.lists(st.lists(st.integers(0, 3), max_size=3), max_size=3)


@given(edges, st.integers(0, 4))
def test_as_many_as_possible_find_a_partner(wanted: list[list[int]], size: int) -> None:
    actual = list(range(size))
    missing = unmatched(wanted, actual, lambda accepts, item: item in accepts)
    slots: list[int | None] = [*actual, *[None] * len(wanted)]
    best = max(
        sum(
            item is not None and item in accepts
            for accepts, item in zip(wanted, order, strict=False)
        )
        for order in permutations(slots, len(wanted))
    )
    assert len(wanted) - len(missing) == best


def test_a_broad_expectation_leaves_the_narrow_one_its_partner() -> None:
    rows = [{"User": "ana", "IP": "1"}, {"User": "ana", "IP": "2"}]
    wanted: list[dict[str, Any]] = [{"User": "ana"}, {"User": "ana", "IP": "1"}]
    assert unmatched(wanted, rows, lambda one, row: row_matches(one, row, NOW)) == []


def test_one_row_is_not_counted_twice() -> None:
    wanted = [{"User": "ana"}, {"User": "ana"}]
    assert unmatched(wanted, [{"User": "ana"}], lambda one, row: row_matches(one, row, NOW)) == [1]


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ("-10m", parse_datetime("2026-01-15T11:50:00Z"), True),
        ("2026-01-15T11:50:00Z", parse_datetime("2026-01-15T11:50:00.0000001Z"), False),
        ("1h", parse_timespan("01:00:00"), True),
        (1, 1.0, True),
        (0.3, 0.1 + 0.2, True),
        (1, True, False),
        (True, 1, False),
        ("1", 1, False),
        (None, "", True),
        (None, None, True),
        (None, 0, False),
        ([2, 1], [1, 2, 3], True),
        ([], [1], False),
        ([], [], True),
        ([1, 1], [1, 2], False),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, True),
        ({"a": None}, {}, False),
        ({}, {}, True),
        ({}, {"a": 1}, False),
    ],
)
def test_values_match_by_what_they_mean(expected: Any, actual: Any, same: bool) -> None:
    assert value_matches(expected, actual, NOW) is same
