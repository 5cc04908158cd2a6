"""Functions on dynamic arrays and sets. A value that is no array gives null."""

from __future__ import annotations

from functools import cmp_to_key
from itertools import pairwise

from generator.kql_evaluator.budget import Budget
from generator.kql_evaluator.functions import work
from generator.kql_evaluator.functions.ordering import compare, kind
from generator.kql_evaluator.functions.registry import Call, Evaluate, Family
from generator.kql_evaluator.values import (
    TICKS_PER_HOUR,
    Datetime,
    Timespan,
    Value,
    group_key,
    type_of,
)

FAMILY = Family("Arrays and sets")

LONGEST_RANGE = 1_048_576
"""Elements (KQL reference, range())."""


def _all_elements(budget: Budget, *arrays: Value) -> None:
    budget.elements(sum(len(array) for array in arrays if isinstance(array, list)))


def _filled_elements(budget: Budget, *arrays: Value) -> None:
    longest = max((len(array) for array in arrays if isinstance(array, list)), default=0)
    budget.step(longest * len(arrays))


def _repetitions(budget: Budget, _: Value, count: int | None) -> None:
    if count is not None:
        budget.step(min(max(count, 0), LONGEST_RANGE) >> 3)


@FAMILY.scalar("array_length", "arraylength")
def array_length(array: Value) -> int | None:
    return len(array) if isinstance(array, list) else None


@FAMILY.scalar("array_concat", work=_all_elements)
def array_concat(*arrays: Value) -> list[Value] | None:
    if not all(isinstance(array, list) for array in arrays):
        return None
    return [item for array in arrays for item in array]


@FAMILY.scalar("pack_array", strict=False)
def pack_array(*values: Value) -> list[Value]:
    return list(values)


@FAMILY.scalar("repeat", "array_repeat", strict=False, work=_repetitions)
def repeat(value: Value, count: int | None) -> list[Value] | None:
    return [value] * min(max(count, 0), LONGEST_RANGE) if count is not None else None


def _range_steps(budget: Budget, start: Value, stop: Value, step: Value = None) -> None:
    """Spend what the elements take before the first is made, where that is known."""
    by = 1 if step is None else step
    if all(isinstance(part, int | float) for part in (start, stop, by)) and by:
        count = (stop - start) / by
        # No comparison holds for what is no number.
        budget.step(0 if not count > 0 else int(min(count, LONGEST_RANGE)) << 2)


@FAMILY.prepared("range", work=_range_steps)
def range_(call: Call) -> Evaluate:
    """The step is 1, or one hour where the start is a datetime or a timespan."""

    def evaluate(start: Value, stop: Value, step: Value = None) -> list[Value] | None:
        wrap = type(start) if isinstance(start, Datetime | Timespan) else None
        by = step if step is not None else (TICKS_PER_HOUR if wrap else 1)
        if by == 0:
            return None
        values: list[Value] = []
        current = start
        while (current <= stop if by > 0 else current >= stop) and len(values) < LONGEST_RANGE:
            values.append(wrap(current) if wrap else current)
            current = start + by * len(values)
        return values

    if len(call.arguments) > 2 and call.constant(2, default=1) is None:
        return lambda *_: None
    return evaluate


@FAMILY.scalar("array_slice", parameters=("dynamic", "long"))
def array_slice(array: Value, start: int, end: int) -> list[Value] | None:
    """Both ends belong to the slice; negative ones count from the end."""
    if not isinstance(array, list):
        return None
    first = max(start + len(array), 0) if start < 0 else start
    last = end + len(array) if end < 0 else end
    return array[first : last + 1] if last >= first else []


def _split_places(budget: Budget, array: Value, indexes: Value) -> None:
    if isinstance(array, list) and isinstance(indexes, list):
        budget.step(len(indexes) << 3)


@FAMILY.scalar("array_split", parameters=("dynamic", "any"), work=_split_places)
def array_split(array: Value, indexes: Value) -> list[Value] | None:
    """Cuts before each index; negative ones count from the end."""
    places = indexes if isinstance(indexes, list) else [indexes]
    if not isinstance(array, list) or not all(type(at) is int for at in places):
        return None
    size = len(array)
    cuts = [min(max(at + size if at < 0 else at, 0), size) for at in places]
    edges = [0, *sorted(cuts), size]
    return [array[start:end] for start, end in pairwise(edges)]


@FAMILY.scalar("array_reverse")
def array_reverse(array: Value) -> list[Value] | None:
    return array[::-1] if isinstance(array, list) else None


def _rotated(array: Value, count: int) -> list[Value] | None:
    if not isinstance(array, list):
        return None
    at = count % len(array) if array else 0
    return array[at:] + array[:at]


@FAMILY.scalar("array_rotate_left", parameters=("dynamic", "long"))
def array_rotate_left(array: Value, count: int) -> list[Value] | None:
    return _rotated(array, count)


@FAMILY.scalar("array_rotate_right", parameters=("dynamic", "long"))
def array_rotate_right(array: Value, count: int) -> list[Value] | None:
    return _rotated(array, -count)


def _shifted(array: Value, count: int, fill: Value) -> list[Value] | None:
    if not isinstance(array, list):
        return None
    size = len(array)
    missing = [fill] * min(abs(count), size)
    if count >= 0:
        return array[count:] + missing
    return missing + array[: max(size + count, 0)]


@FAMILY.scalar("array_shift_left", parameters=("dynamic", "long", "any"), strict=False)
def array_shift_left(array: Value, count: int | None, fill: Value = None) -> list[Value] | None:
    return None if count is None else _shifted(array, count, fill)


@FAMILY.scalar("array_shift_right", parameters=("dynamic", "long", "any"), strict=False)
def array_shift_right(array: Value, count: int | None, fill: Value = None) -> list[Value] | None:
    return None if count is None else _shifted(array, -count, fill)


@FAMILY.scalar("array_index_of", parameters=("dynamic", "any", "long"), work=work.compared)
def array_index_of(
    array: Value, value: Value, start: int = 0, length: int = -1, nth: int = 1
) -> int | None:
    """Zero-based; -1 where nothing is found."""
    if not isinstance(array, list):
        return None
    first = max(start + len(array), 0) if start < 0 else start
    end = len(array) if length < 0 else min(first + length, len(array))
    wanted = group_key(value)
    for index in range(first, end):
        if group_key(array[index]) == wanted:
            nth -= 1
            if nth == 0:
                return index
    return -1


@FAMILY.scalar("array_iff", "array_iif", strict=False)
def array_iff(conditions: Value, then: Value, otherwise: Value) -> list[Value] | None:
    """Numbers other than 0 are true; a condition that is neither bool nor number gives null."""
    if not isinstance(conditions, list):
        return None
    results: list[Value] = []
    for index, condition in enumerate(conditions):
        if not isinstance(condition, bool | int | float) or isinstance(condition, Datetime):
            results.append(None)
            continue
        chosen = then if condition else otherwise
        if isinstance(chosen, list):
            chosen = chosen[index] if index < len(chosen) else None
        results.append(chosen)
    return results


@FAMILY.scalar("array_sum")
def array_sum(array: Value) -> float | None:
    """Null where an element is no number."""
    if not isinstance(array, list) or any(type_of(item) not in {"long", "real"} for item in array):
        return None
    return float(sum(array))


def _sorted_arrays(call: Call, *, descending: bool) -> Evaluate:
    def order(left: Value, right: Value) -> int:
        # Kinds keep their order in both directions, as do nulls.
        if kind(left) != kind(right):
            return kind(left) - kind(right)
        return -compare(left, right) if descending else compare(left, right)

    def evaluate(*arguments: Value) -> Value:
        arrays = list(arguments)
        nulls_last = arrays.pop() if call.arguments[-1].type == "bool" else True
        first = arrays[0]
        if not isinstance(first, list):
            return tuple([None] * len(arrays)) if call.result_type == "tuple" else None
        filled = [index for index, item in enumerate(first) if item is not None]
        nulls = [index for index, item in enumerate(first) if item is None]
        key = cmp_to_key(order)
        filled.sort(key=lambda index: key(first[index]))
        places = filled + nulls if nulls_last else nulls + filled
        results = [
            [array[index] for index in places]
            if isinstance(array, list) and len(array) == len(first)
            else None
            for array in arrays
        ]
        return tuple(results) if call.result_type == "tuple" else results[0]

    return evaluate


@FAMILY.prepared("array_sort_asc", strict=False, work=work.sorted_values)
def array_sort_asc(call: Call) -> Evaluate:
    """Further arrays follow the order of the first."""
    return _sorted_arrays(call, descending=False)


@FAMILY.prepared("array_sort_desc", strict=False, work=work.sorted_values)
def array_sort_desc(call: Call) -> Evaluate:
    """Further arrays follow the order of the first."""
    return _sorted_arrays(call, descending=True)


@FAMILY.scalar("zip", strict=False, work=_filled_elements)
def zip_(*arrays: Value) -> list[Value] | None:
    """Shorter arrays are filled with nulls."""
    lists = [array if isinstance(array, list) else [] for array in arrays]
    size = max(len(array) for array in lists)
    return [[array[at] if at < len(array) else None for array in lists] for at in range(size)]


def _distinct(array: list[Value]) -> dict[Value, Value]:
    found: dict[Value, Value] = {}
    for item in array:
        found.setdefault(group_key(item), item)
    return found


@FAMILY.scalar("set_union", work=work.compared)
def set_union(*arrays: Value) -> list[Value] | None:
    """Distinct values in the order of their first appearance."""
    joined = array_concat(*arrays)
    return None if joined is None else list(_distinct(joined).values())


@FAMILY.scalar("set_intersect", work=work.compared)
def set_intersect(*arrays: Value) -> list[Value] | None:
    if not all(isinstance(array, list) for array in arrays):
        return None
    others = [_distinct(array).keys() for array in arrays[1:]]
    return [
        item for key, item in _distinct(arrays[0]).items() if all(key in other for other in others)
    ]


@FAMILY.scalar("set_difference", work=work.compared)
def set_difference(*arrays: Value) -> list[Value] | None:
    """What is in the first array and in none of the others."""
    if not all(isinstance(array, list) for array in arrays):
        return None
    others = [_distinct(array).keys() for array in arrays[1:]]
    return [
        item
        for key, item in _distinct(arrays[0]).items()
        if not any(key in other for other in others)
    ]


@FAMILY.scalar("set_equals", work=work.compared)
def set_equals(left: Value, right: Value) -> bool | None:
    if not isinstance(left, list) or not isinstance(right, list):
        return None
    return _distinct(left).keys() == _distinct(right).keys()


@FAMILY.scalar("set_has_element", work=work.compared)
def set_has_element(array: Value, value: Value) -> bool | None:
    if not isinstance(array, list):
        return None
    return group_key(value) in _distinct(array)


@FAMILY.scalar("jaccard_index", work=work.compared)
def jaccard_index(left: Value, right: Value) -> float | None:
    """Size of the intersection by size of the union; NaN for two empty sets."""
    if not isinstance(left, list) or not isinstance(right, list):
        return None
    one, other = _distinct(left).keys(), _distinct(right).keys()
    return len(one & other) / len(one | other) if one | other else float("nan")
