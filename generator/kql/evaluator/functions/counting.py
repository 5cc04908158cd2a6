"""Aggregates that count or keep rows: count, dcount, make_set, arg_max."""

from __future__ import annotations

from collections.abc import Hashable

from generator.kql.evaluator.functions.registry import Call, Family
from generator.kql.evaluator.values import Value, group_key

FAMILY = Family("Counting and collecting")

MAX_COLLECTED = 1_048_576
"""Elements that make_set and make_list keep without a limit of their own (KQL reference)."""


@FAMILY.aggregate("count")
class Count:
    """count()."""

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


@FAMILY.aggregate("dcount", "count_distinct")
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


@FAMILY.aggregate("make_set", "makeset")
class MakeSet:
    """make_set(): distinct values in the order of their first appearance, without nulls."""

    def __init__(self, call: Call) -> None:
        self._limit = call.constant(1, MAX_COLLECTED)

    def start(self) -> dict[Hashable, Value]:
        return {}

    def add(self, state: dict[Hashable, Value], *arguments: Value) -> None:
        if arguments[0] is not None and len(state) < self._limit:
            state.setdefault(group_key(arguments[0]), arguments[0])

    def finish(self, state: dict[Hashable, Value]) -> list[Value]:
        return list(state.values())


@FAMILY.aggregate("arg_max", "argmax", tabular=True)
class ArgMax:
    """arg_max(): the first row with the greatest value; a row where it is null only if all are."""

    def __init__(self, _: Call) -> None: ...

    def start(self) -> list[tuple[Value, ...]]:
        return []

    def add(self, state: list[tuple[Value, ...]], *arguments: Value) -> None:
        if not state:
            state.append(arguments)
        elif arguments[0] is not None and (
            state[0][0] is None or self._better(arguments[0], state[0][0])
        ):
            state[0] = arguments

    def finish(self, state: list[tuple[Value, ...]]) -> tuple[Value, ...]:
        return state[0] if state else ()

    def _better(self, value: Value, best: Value) -> bool:
        return bool(value > best)
