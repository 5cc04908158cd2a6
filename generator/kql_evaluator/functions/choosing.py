"""Aggregates that choose a value or a row: min, max, arg_min, arg_max, take_any."""

from __future__ import annotations

from collections.abc import Callable

from generator.kql_evaluator.functions.counting import declare_filtered
from generator.kql_evaluator.functions.ordering import compare
from generator.kql_evaluator.functions.registry import Call, Family
from generator.kql_evaluator.values import Value, null_of

FAMILY = Family("Aggregates that choose")


class _Extreme:
    """min() and max(): nulls do not count."""

    def __init__(self, call: Call, direction: int) -> None:
        self._direction = direction
        self._null = null_of(call.result_type)

    def start(self) -> list[Value]:
        return []

    def add(self, state: list[Value], *arguments: Value) -> None:
        value = arguments[0]
        if value is None:
            return
        if not state:
            state.append(value)
        elif compare(value, state[0]) * self._direction > 0:
            state[0] = value

    def finish(self, state: list[Value]) -> Value:
        return state[0] if state else self._null


def _declare_extreme(name: str, direction: int) -> None:
    def create(call: Call) -> _Extreme:
        return _Extreme(call, direction)

    FAMILY.aggregate(name)(create)
    declare_filtered(FAMILY, f"{name}if", create)


_declare_extreme("min", -1)
_declare_extreme("max", 1)


class _ArgExtreme:
    """arg_max() and arg_min(): the first of the best rows; one with null only if all are."""

    def __init__(self, direction: int) -> None:
        self._direction = direction

    def start(self) -> list[tuple[Value, ...]]:
        return []

    def add(self, state: list[tuple[Value, ...]], *arguments: Value) -> None:
        if not state:
            state.append(arguments)
        elif arguments[0] is not None and (
            state[0][0] is None or compare(arguments[0], state[0][0]) * self._direction > 0
        ):
            state[0] = arguments

    def finish(self, state: list[tuple[Value, ...]]) -> tuple[Value, ...]:
        return state[0] if state else ()


@FAMILY.aggregate("arg_max", "argmax", tabular=True)
def arg_max(_: Call) -> _ArgExtreme:
    """The row with the greatest value."""
    return _ArgExtreme(1)


@FAMILY.aggregate("arg_min", "argmin", tabular=True)
def arg_min(_: Call) -> _ArgExtreme:
    """The row with the least value."""
    return _ArgExtreme(-1)


@FAMILY.aggregate("take_any", "any", tabular=True)
class TakeAny:
    """take_any(): the first row; of a single column, the first value that is not null or empty."""

    def __init__(self, _: Call) -> None: ...

    def start(self) -> list[tuple[Value, ...]]:
        return []

    def add(self, state: list[tuple[Value, ...]], *arguments: Value) -> None:
        if not state:
            state.append(arguments)
        elif len(arguments) == 1 and state[0][0] in (None, ""):
            state[0] = arguments

    def finish(self, state: list[tuple[Value, ...]]) -> tuple[Value, ...]:
        return state[0] if state else ()


def _any_filtered(create: Callable[[Call], TakeAny]) -> None:
    for name in ("take_anyif", "anyif"):
        declare_filtered(FAMILY, name, create, tabular=True)


_any_filtered(TakeAny)
