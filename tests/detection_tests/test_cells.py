from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.detection_tests.cells import UnusableCellError, exported_cell, time_of, typed_cell
from generator.kql_evaluator.values import to_python_datetime

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


@given(
    days=st.integers(0, 400),
    hours=st.integers(0, 99),
    minutes=st.integers(0, 99),
    seconds=st.integers(0, 99),
    sign=st.sampled_from("+-"),
)
def test_relative_times_count_from_now(
    days: int, hours: int, minutes: int, seconds: int, sign: str
) -> None:
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    ticks = time_of(f"{sign}{days}d{hours}h{minutes}m{seconds}s", NOW)
    assert ticks is not None
    assert to_python_datetime(ticks) == (NOW - length if sign == "-" else NOW + length)


@pytest.mark.parametrize("text", ["-", "-m", "10m", "-10x", "-1h2d", "ten minutes ago", ""])
def test_what_is_no_time_is_none(text: str) -> None:
    assert time_of(text, NOW) is None


@pytest.mark.parametrize(
    ("value", "kql_type"),
    [
        (0, "string"),
        (True, "string"),
        ("0", "long"),
        (2**31, "int"),
        (2**63, "long"),
        (True, "int"),
        (1.5, "long"),
        ("true", "bool"),
        (1, "bool"),
        ("1.5", "real"),
        (20260115, "datetime"),
        ("soon", "datetime"),
        (5, "timespan"),
        ("not-a-guid", "guid"),
        ({}, "string"),
        ([], "long"),
    ],
)
def test_a_value_of_another_type_is_refused(value: Any, kql_type: str) -> None:
    with pytest.raises(UnusableCellError):
        typed_cell(value, kql_type, NOW)


def test_null_is_the_missing_value_of_the_type() -> None:
    assert typed_cell(None, "string", NOW) == ""
    assert typed_cell(None, "long", NOW) is None
    assert typed_cell(None, "dynamic", NOW) is None


def test_dynamic_columns_take_bags_and_their_text() -> None:
    bag = {"operatingSystem": "Windows", "ids": [1, 2]}
    assert typed_cell(bag, "dynamic", NOW) == bag
    assert typed_cell('{"operatingSystem": "Windows", "ids": [1, 2]}', "dynamic", NOW) == bag
    assert typed_cell("plain text", "dynamic", NOW) == "plain text"


def test_exported_text_is_converted_and_empty_text_is_null() -> None:
    assert exported_cell("5", "long", NOW) == 5
    assert exported_cell("False", "bool", NOW) is False
    assert exported_cell("", "real", NOW) is None
    assert exported_cell("", "string", NOW) == ""
    with pytest.raises(UnusableCellError):
        exported_cell("five", "long", NOW)
