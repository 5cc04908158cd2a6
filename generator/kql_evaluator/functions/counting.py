"""Aggregates that count or keep values: count, dcount, make_set, make_list, make_bag, and on bits.

Nulls do not take part, except in count() and make_list_with_nulls(). The `*if` forms take the
predicate behind the value.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import reduce
from operator import and_, or_, xor
from typing import Any

from generator.kql_evaluator.functions.registry import Aggregate, Call, Family
from generator.kql_evaluator.values import Value, group_key

FAMILY = Family("Aggregates that count and collect")

MAX_COLLECTED = 1_048_576
"""Elements that make_set and make_list keep without a limit of their own (KQL reference)."""

_OLD_DEFAULTS = {"makeset": 128, "makelist": 128, "make_dictionary": 128}
"""The deprecated names keep fewer (KQL reference, make_set() and its like)."""


class Filtered:
    """An aggregate of the rows where the argument at `place` is true; a null does not count."""

    def __init__(self, aggregate: Aggregate, place: int = 1) -> None:
        self._aggregate = aggregate
        self._place = place

    def start(self) -> Value:
        return self._aggregate.start()

    def add(self, state: Value, *arguments: Value) -> None:
        if arguments[self._place]:
            at = self._place
            self._aggregate.add(state, *arguments[:at], *arguments[at + 1 :])

    def finish(self, state: Value) -> Value:
        return self._aggregate.finish(state)


def without_predicate(call: Call) -> Call:
    """Return the call of the plain form of an `*if` aggregate."""
    return Call(call.name, (*call.arguments[:1], *call.arguments[2:]), call.result_type)


def declare_filtered(
    family: Family, name: str, create: Callable[[Call], Aggregate], *, tabular: bool = False
) -> None:
    """Declare the `*if` form of an aggregate of one value."""

    def filtered(call: Call) -> Filtered:
        return Filtered(create(without_predicate(call)))

    family.aggregate(name, parameters=("any", "bool", "any"), tabular=tabular)(filtered)


class Count:
    """Counts rows."""

    def __init__(self, _: Call) -> None: ...

    def start(self) -> list[int]:
        return [0]

    def add(self, state: list[int], *_: Value) -> None:
        state[0] += 1

    def finish(self, state: list[int]) -> int:
        return state[0]


@FAMILY.aggregate("countif", parameters=("bool",))
class CountIf(Count):
    """countif(): a null predicate does not count."""

    def add(self, state: list[int], *arguments: Value) -> None:
        if arguments[0]:
            state[0] += 1


@FAMILY.aggregate("count", "cnt")
def count(call: Call) -> Count:
    """Of a condition, an old form of countif(); any other argument is ignored."""
    is_condition = bool(call.arguments) and call.arguments[0].type == "bool"
    return CountIf(call) if is_condition else Count(call)


@FAMILY.aggregate("dcount")
class DistinctCount:
    """dcount(), exact whatever the accuracy asked for; nulls do not count."""

    def __init__(self, _: Call) -> None: ...

    def start(self) -> set[Hashable]:
        return set()

    def add(self, state: set[Hashable], *arguments: Value) -> None:
        if arguments[0] is not None:
            state.add(group_key(arguments[0]))

    def finish(self, state: set[Hashable]) -> int:
        return len(state)


@FAMILY.aggregate("count_distinct")
class ExactDistinctCount(DistinctCount):
    """count_distinct() of one value or of combinations."""

    def add(self, state: set[Hashable], *arguments: Value) -> None:
        if None not in arguments:
            state.add(tuple(group_key(argument) for argument in arguments))


declare_filtered(FAMILY, "dcountif", DistinctCount)


@FAMILY.aggregate("count_distinctif")
def count_distinctif(call: Call) -> Filtered:
    """The predicate is the last argument."""
    return Filtered(ExactDistinctCount(call), len(call.arguments) - 1)


@FAMILY.aggregate("make_set", "makeset")
class MakeSet:
    """make_set(): distinct values in the order of their first appearance, without nulls.

    Elements of arrays become elements of the set.
    """

    def __init__(self, call: Call) -> None:
        self._limit = _limit(call)

    def start(self) -> dict[Hashable, Value]:
        return {}

    def add(self, state: dict[Hashable, Value], *arguments: Value) -> None:
        for value in arguments[0] if isinstance(arguments[0], list) else [arguments[0]]:
            if value is not None and len(state) < self._limit:
                state.setdefault(group_key(value), value)

    def finish(self, state: dict[Hashable, Value]) -> list[Value]:
        return list(state.values())


def _limit(call: Call) -> int:
    limit = call.constant(1)
    if limit is None:
        return _OLD_DEFAULTS.get(call.name, MAX_COLLECTED)
    # As min() takes it, infinity is no limit.
    return int(min(limit, MAX_COLLECTED))


@FAMILY.aggregate("make_list", "makelist")
class MakeList:
    """make_list(): values in input order, without nulls."""

    def __init__(self, call: Call) -> None:
        self._limit = _limit(call)

    def start(self) -> list[Value]:
        return []

    def add(self, state: list[Value], *arguments: Value) -> None:
        if arguments[0] is not None and len(state) < self._limit:
            state.append(arguments[0])

    def finish(self, state: list[Value]) -> list[Value]:
        return list(state)


@FAMILY.aggregate("make_list_with_nulls")
class MakeListWithNulls(MakeList):
    """make_list_with_nulls()."""

    def add(self, state: list[Value], *arguments: Value) -> None:
        if len(state) < self._limit:
            state.append(arguments[0])


@FAMILY.aggregate("make_bag", "make_dictionary")
class MakeBag:
    """make_bag(): the first value of a key; what is no bag is skipped."""

    def __init__(self, call: Call) -> None:
        self._limit = _limit(call)

    def start(self) -> dict[str, Value]:
        return {}

    def add(self, state: dict[str, Value], *arguments: Value) -> None:
        if isinstance(arguments[0], dict):
            for key, value in arguments[0].items():
                if len(state) < self._limit:
                    state.setdefault(key, value)

    def finish(self, state: dict[str, Value]) -> dict[str, Value]:
        return dict(state)


declare_filtered(FAMILY, "make_set_if", MakeSet)
declare_filtered(FAMILY, "make_list_if", MakeList)
declare_filtered(FAMILY, "make_bag_if", MakeBag)


class _Bits:
    """binary_all_and() and its like; null without rows."""

    def __init__(self, combine: Callable[[int, int], int]) -> None:
        self._combine = combine

    def start(self) -> list[int]:
        return []

    def add(self, state: list[int], *arguments: Value) -> None:
        if arguments[0] is not None:
            state.append(arguments[0])

    def finish(self, state: list[int]) -> int | None:
        return reduce(self._combine, state) if state else None


def _declare_bits(name: str, combine: Callable[[Any, Any], Any]) -> None:
    FAMILY.aggregate(name, parameters=("long",))(lambda _: _Bits(combine))


_declare_bits("binary_all_and", and_)
_declare_bits("binary_all_or", or_)
_declare_bits("binary_all_xor", xor)
