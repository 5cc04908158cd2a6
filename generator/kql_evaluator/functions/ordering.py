"""The order of values of one kind, and of the mixed ones that a dynamic array may hold.

Used by sorting functions and by aggregates; `sort by` has its own, which places nulls.
"""

from __future__ import annotations

from functools import cmp_to_key

from generator.kql_evaluator.values import Value

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


def kind(value: Value) -> int:
    """Return a number that tells kinds of values apart which do not compare."""
    return _RANKS.get(type(value), 2)
