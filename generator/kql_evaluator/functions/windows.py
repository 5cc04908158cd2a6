"""Functions of serialized rows: prev, next, row_number, running sums, ranks and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from generator.kql_evaluator.functions.registry import Call, Family
from generator.kql_evaluator.values import Value, group_key, null_of, timespan_or_null, wrap_long

FAMILY = Family("Window functions")

Column = Sequence[Value]


def _neighbours(call: Call, size: int, columns: tuple[Column, ...], direction: int) -> Column:
    values = columns[0]
    missing = null_of(call.result_type)
    results: list[Value] = []
    for row in range(size):
        offset = columns[1][row] if len(columns) > 1 else 1
        outside = columns[2][row] if len(columns) > 2 else missing
        at = -1 if offset is None else row + direction * offset
        results.append(values[at] if 0 <= at < size else outside)
    return results


@FAMILY.window("prev")
def prev(call: Call, size: int, *columns: Column) -> Column:
    return _neighbours(call, size, columns, -1)


@FAMILY.window("next")
def next_(call: Call, size: int, *columns: Column) -> Column:
    return _neighbours(call, size, columns, 1)


@FAMILY.window("row_number")
def row_number(_: Call, size: int, *columns: Column) -> Column:
    """Starts again where the second argument is true."""
    numbers: list[int | None] = []
    for row in range(size):
        restarts = not numbers or (len(columns) > 1 and columns[1][row])
        before = numbers[-1] if numbers else None
        following = None if before is None else before + 1
        numbers.append((columns[0][row] if columns else 1) if restarts else following)
    return numbers


@FAMILY.window("row_cumsum")
def row_cumsum(call: Call, size: int, *columns: Column) -> Column:
    """Nulls add nothing; starts again where the second argument is true."""
    wrap = timespan_or_null if call.result_type == "timespan" else None
    total: Value = 0
    sums: list[Value] = []
    for row in range(size):
        if len(columns) > 1 and columns[1][row]:
            total = 0
        value = columns[0][row]
        total += value if isinstance(value, int | float | Decimal) else 0
        if call.result_type in {"int", "long"}:
            total = wrap_long(total)
        sums.append(wrap(total) if wrap else total)
    return sums


def _ranks(size: int, columns: tuple[Column, ...], *, dense: bool) -> Column:
    ranks: list[int] = []
    position = 0
    for row in range(size):
        restarts = not ranks or (len(columns) > 1 and bool(columns[1][row]))
        position = 1 if restarts else position + 1
        if restarts:
            ranks.append(1)
        elif group_key(columns[0][row]) == group_key(columns[0][row - 1]):
            ranks.append(ranks[-1])
        else:
            ranks.append(ranks[-1] + 1 if dense else position)
    return ranks


@FAMILY.window("row_rank_dense", "row_rank")
def row_rank_dense(_: Call, size: int, *columns: Column) -> Column:
    return _ranks(size, columns, dense=True)


@FAMILY.window("row_rank_min")
def row_rank_min(_: Call, size: int, *columns: Column) -> Column:
    return _ranks(size, columns, dense=False)


@FAMILY.window("row_window_session")
def row_window_session(_: Call, size: int, *columns: Column) -> Column:
    """A session ends at a distance that equals or exceeds one of the two limits."""
    starts: list[Value] = []
    for row in range(size):
        value, from_first, from_previous = (column[row] for column in columns[:3])
        start = starts[-1] if starts else None
        previous = columns[0][row - 1] if row else None
        is_new = (
            start is None
            or previous is None
            or value is None
            or from_first is None
            or from_previous is None
            or value >= start + from_first
            or value >= previous + from_previous
            or (len(columns) > 3 and bool(columns[3][row]))
        )
        starts.append(value if is_new else start)
    return starts
