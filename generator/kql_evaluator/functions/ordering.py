"""The order of values of one kind, and of the mixed ones that a dynamic array may hold.

Used by sorting functions and by aggregates; `sort by` has its own, which places nulls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cmp_to_key
from typing import TypeVar

from generator.kql_evaluator.values import Datetime, Timespan, Value

_RANKS = {bool: 0, int: 1, float: 1, str: 3, list: 4, dict: 5}


def compare(left: Value, right: Value) -> int:
    """Return a number below, at or above 0; values of different kinds are ordered by their kind."""
    try:
        return int(left > right) - int(left < right)
    except TypeError:
        one, other = _RANKS.get(type(left), 2), _RANKS.get(type(right), 2)
        return (one > other) - (one < other)


sort_key = cmp_to_key(compare)
"""The key for sorted()."""

_ORDERED_AS_THEY_ARE = ({int}, {str}, {Datetime}, {Timespan})

_Item = TypeVar("_Item")


def ordered(items: Sequence[_Item], value_of: Callable[[_Item], Value]) -> list[_Item]:
    """Return items in the order of their values; those of one plain kind need no comparing."""
    kinds = {type(value_of(item)) for item in items}
    if kinds in _ORDERED_AS_THEY_ARE:
        return sorted(items, key=value_of)
    return sorted(items, key=lambda item: sort_key(value_of(item)))


def kind(value: Value) -> int:
    """Return a number that tells kinds of values apart which do not compare."""
    return _RANKS.get(type(value), 2)
