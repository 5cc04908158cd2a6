"""Properties of the representation of values: overflow, grouping, dates."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from generator.kql_evaluator.values import (
    MAX_DATETIME_TICKS,
    UNIX_EPOCH_TICKS,
    Datetime,
    datetime_or_null,
    from_python_datetime,
    group_key,
    null_of,
    row_key,
    to_python_datetime,
    type_of,
    wrap_int,
    wrap_long,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.integers())
def test_overflow_stays_in_range_and_keeps_the_low_bits(number: int) -> None:
    assert -(2**31) <= wrap_int(number) < 2**31
    assert -(2**63) <= wrap_long(number) < 2**63
    assert wrap_int(number) % 2**32 == number % 2**32
    assert wrap_long(number) % 2**64 == number % 2**64


@given(st.datetimes(timezones=st.just(UTC)))
def test_python_datetimes_come_back(moment: datetime) -> None:
    assert to_python_datetime(from_python_datetime(moment)) == moment


def test_the_unix_epoch_is_where_it_belongs() -> None:
    assert from_python_datetime(datetime(1970, 1, 1, tzinfo=UTC)) == UNIX_EPOCH_TICKS
    assert datetime_or_null(MAX_DATETIME_TICKS + 1) is None
    assert datetime_or_null(-1) is None


def test_only_a_string_is_missing_as_the_empty_text() -> None:
    assert null_of("string") == ""
    assert null_of("long") is None


@given(JSON)
def test_grouping_keys_are_hashable_and_reflexive(value: object) -> None:
    assert hash(group_key(value)) == hash(group_key(value))
    assert group_key(value) == group_key(value)


def test_grouping_tells_kinds_of_values_apart() -> None:
    assert group_key(True) != group_key(1)
    assert group_key("1") != group_key(1)
    assert group_key(float("nan")) == group_key(float("nan"))
    assert group_key({"a": 1, "b": 2}) == group_key({"b": 2, "a": 1})
    assert row_key((True, 1.0)) == row_key((True, 1.0))


def test_a_datetime_inside_a_dynamic_is_no_number() -> None:
    assert type_of(Datetime(5)) == "datetime"
    assert type_of(5) == "long"
    assert type_of(True) == "bool"
    assert type_of([]) == "dynamic"
