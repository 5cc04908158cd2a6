"""Text to values and back: what todatetime(), totimespan() and literals accept."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.kql_evaluator.errors import UnsupportedArgumentError
from generator.kql_evaluator.formats import datetime_text, json_text, real_text, timespan_text
from generator.kql_evaluator.parsing import (
    parse_bool,
    parse_datetime,
    parse_guid,
    parse_json,
    parse_real,
    parse_timespan,
    parse_whole,
)
from generator.kql_evaluator.values import MAX_DATETIME_TICKS, Datetime, Timespan


@given(st.integers(0, MAX_DATETIME_TICKS))
def test_a_datetime_reads_back_from_its_text(ticks: int) -> None:
    assert parse_datetime(datetime_text(Datetime(ticks))) == ticks


@given(st.integers(-(2**62), 2**62))
def test_a_timespan_reads_back_from_its_text(ticks: int) -> None:
    assert parse_timespan(timespan_text(Timespan(ticks))) == ticks


@given(st.floats())
def test_a_real_reads_back_from_its_text(number: float) -> None:
    assert repr(parse_real(real_text(number))) == repr(number)


@pytest.mark.parametrize("text", ["0\x1f", "\x1c1", "\u0663", "1\xa0", "1e\u0663"])
def test_digits_and_blanks_beyond_ascii_make_no_number(text: str) -> None:
    assert parse_real(text) is None
    assert parse_whole(text, 64) is None


@given(st.text())
@example("0\x1f")
def test_no_text_breaks_a_parser(text: str) -> None:
    for parse in (parse_datetime, parse_timespan, parse_real, parse_bool, parse_guid, parse_json):
        parse(text)
    parse_whole(text, 64)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2020-01-02", "2020-01-02T00:00:00.0000000Z"),
        ("2020-01-02 03:04", "2020-01-02T03:04:00.0000000Z"),
        ("2020-01-02T03:04:05.1234567Z", "2020-01-02T03:04:05.1234567Z"),
        ("2020-01-02T03:04:05+02:00", "2020-01-02T01:04:05.0000000Z"),
        ("01/02/2020 3:04:05 PM", "2020-01-02T15:04:05.0000000Z"),
        ("Thu, 02 Jan 2020 03:04:05 GMT", "2020-01-02T03:04:05.0000000Z"),
        ("2 Jan 2020", "2020-01-02T00:00:00.0000000Z"),
        ("20200102", "2020-01-02T00:00:00.0000000Z"),
    ],
)
def test_notations_of_dates(text: str, iso: str) -> None:
    moment = parse_datetime(text)
    assert moment is not None
    assert datetime_text(moment) == iso


@pytest.mark.parametrize("text", ["", "x", "2020-13-01", "2020-02-30", "25:00", "5", "99999-01-01"])
def test_what_is_no_date_is_null(text: str) -> None:
    assert parse_datetime(text) is None


@pytest.mark.parametrize("text", ["", "x", "5 parsecs", "1:60", "24:00:00", "1h30m"])
def test_what_is_no_timespan_is_null(text: str) -> None:
    assert parse_timespan(text) is None


def test_whole_numbers_must_fit() -> None:
    assert parse_whole("0x10", 64) == 16
    assert parse_whole("3.7", 64) == 3
    assert parse_whole("2147483648", 32) is None
    assert parse_whole("9223372036854775808", 64) is None


def test_text_that_is_not_json_is_that_text() -> None:
    assert parse_json("{broken") == "{broken"
    assert parse_json("") is None
    assert parse_json("[" * 100_000) == "[" * 100_000
    assert parse_json("99999999999999999999") == 1e20


def test_json_that_nests_too_deeply_to_be_read_is_not_called_text() -> None:
    # Whatever else runs in this process may have let it go deeper, and then there is an end.
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    try:
        with pytest.raises(UnsupportedArgumentError, match="inside each other"):
            parse_json("[" * 100_000 + "]" * 100_000)
    finally:
        sys.setrecursionlimit(before)


def test_json_is_written_compactly_and_readably() -> None:
    assert json_text({"a": [1, None, 'é"', 1.0]}) == '{"a":[1,null,"é\\"",1.0]}'
    assert json_text([Datetime(0), Timespan(0)]) == '["0001-01-01T00:00:00.0000000Z","00:00:00"]'
