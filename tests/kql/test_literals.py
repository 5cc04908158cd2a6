"""Every value that KQL can hold comes back from its literal unchanged; every other is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.kql.literals import (
    LONG_MAX,
    LONG_MIN,
    LONGEST_TIMESPAN,
    Dynamic,
    Identifier,
    NoLiteralError,
    identifier,
    literal,
)
from tests.kql.literal_reader import read_identifier, read_literal

longs = st.integers(LONG_MIN, LONG_MAX)
reals = st.floats(allow_nan=False, allow_infinity=False)
hostile = st.text(st.sampled_from("\"'\\\r\n\t/@h`;|)({}[]\0\u2028\u202e\u200b😀é x"), max_size=40)
texts = st.one_of(st.text(), hostile)
json_values = st.recursive(
    st.none() | st.booleans() | longs | reals | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(texts | st.booleans() | longs | reals)
def test_a_scalar_comes_back_from_its_literal(value: object) -> None:
    back = read_literal(literal(value))
    assert back == value
    assert type(back) is type(value)


@given(json_values)
def test_a_dynamic_value_comes_back_from_its_literal(value: object) -> None:
    assert read_literal(literal(Dynamic(value))) == value


@given(st.lists(texts | longs))
def test_a_list_becomes_dynamic_by_itself(value: list[object]) -> None:
    assert literal(value).startswith("dynamic([")
    assert read_literal(literal(value)) == value


@given(st.timedeltas(-LONGEST_TIMESPAN, LONGEST_TIMESPAN))
def test_a_timespan_comes_back_from_its_literal(value: timedelta) -> None:
    assert read_literal(literal(value)) == value


@given(st.datetimes())
def test_a_datetime_is_written_in_utc(value: datetime) -> None:
    assert read_literal(literal(value)) == value


@given(texts)
def test_no_text_leaves_its_quotes_or_its_line(value: str) -> None:
    written = literal(value)
    assert re.fullmatch(r'"(?:[^"\\\r\n]|\\.)*"', written)
    assert not re.search("[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", written)


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1))
def test_any_visible_name_comes_back_from_its_identifier(name: str) -> None:
    if name.strip():
        assert read_identifier(identifier(name)) == name


@pytest.mark.parametrize("name", ["where", "project", "true", "in", "datetime", "by", "1st", "a b"])
def test_names_that_mean_something_in_kql_are_bracketed(name: str) -> None:
    assert identifier(name) == f"['{name}']"


@pytest.mark.parametrize("name", ["SigninLogs", "_ResourceId", "Custom_CL", "UserPrincipalName"])
def test_plain_names_stay_plain(name: str) -> None:
    assert literal(Identifier("table", name)) == name


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (timedelta(hours=1), "1h"),
        (timedelta(days=7), "7d"),
        (timedelta(minutes=90), "90m"),
        (timedelta(0), "0s"),
        (-timedelta(seconds=5), "-5s"),
        (datetime(2026, 1, 31, tzinfo=UTC), "datetime(2026-01-31T00:00:00Z)"),
        (
            datetime(2026, 1, 31, 1, tzinfo=timezone(timedelta(hours=2))),
            "datetime(2026-01-30T23:00:00Z)",
        ),
        (5.0, "5.0"),
        (1e-7, "real(1e-07)"),
        (LONG_MIN, f"long({LONG_MIN})"),
        ([], "dynamic([])"),
        ("NO", '"NO"'),
    ],
)
def test_literals_are_spelled_as_people_would(value: object, written: str) -> None:
    assert literal(value) == written


@pytest.mark.parametrize(
    "value",
    [
        None,
        float("nan"),
        float("inf"),
        LONG_MAX + 1,
        LONG_MIN - 1,
        "\ud800",
        object(),
        LONGEST_TIMESPAN + timedelta(microseconds=1),
        [float("nan")],
        [LONG_MAX + 1],
        [timedelta(1)],
        {1: "a"},
        Identifier("column", ""),
        Identifier("column", "a\nb"),
        Identifier("table", "a\u202eb"),
    ],
)
def test_what_kql_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(NoLiteralError):
        literal(value)


def test_a_value_nested_too_deeply_is_refused_and_not_a_crash() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(NoLiteralError, match="nested"):
        literal(value)
