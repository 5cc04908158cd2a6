"""A value weighs what it holds when it is written out, however many of its parts are one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.kql_evaluator.budget import Budget, OverBudgetError
from generator.kql_evaluator.weights import DEEPEST, weight_of

DATA = st.recursive(
    st.integers() | st.text() | st.none(),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts),
    max_leaves=20,
)


def counted(value: Any) -> tuple[int, int, int]:
    """Return lists and bags, elements and characters, each part looked at where it stands."""
    if isinstance(value, str):
        return 0, 0, len(value)
    if not isinstance(value, list | dict):
        return 0, 0, 0
    parts = [*value, *value.values()] if isinstance(value, dict) else value
    below = [counted(part) for part in parts]
    containers, elements, characters = (sum(part[at] for part in below) for at in range(3))
    return containers + 1, elements + len(value), characters


@given(st.lists(DATA))
def test_a_value_weighs_what_is_counted_part_by_part(value: list[Any]) -> None:
    assert weight_of(value)[:3] == counted(value)
    assert weight_of([value, value, {"k": value}])[:3] == counted([value, value, {"k": value}])


def test_what_is_shared_weighs_as_often_as_it_stands_there() -> None:
    value: list[Any] = ["ab"]
    for _ in range(60):
        value = [value, value]
    weight = weight_of(value)
    assert weight.characters == 2 * 2**60
    assert weight.containers == 2**61 - 1
    assert weight.depth == 61


def test_a_value_that_nests_too_deeply_is_not_followed() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    assert weight_of(value).depth > DEEPEST
    with pytest.raises(OverBudgetError, match="inside each other"):
        Budget().value(value)
    while value:  # so that nothing has to follow it to the end when it goes
        value = value[0]
