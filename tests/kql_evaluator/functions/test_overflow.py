"""What is too large for a type is null, as a conversion that fails is; nothing is cut silently."""

from __future__ import annotations

import base64
import gzip
import zlib

import pytest

from generator.kql_evaluator.errors import EvaluationError, UnsupportedConstruct
from tests.kql_evaluator.running import run, shown


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ('round(todecimal("1e30000"), 300000)', ""),
        ("round(todecimal(1.25), 300000)", "1.25"),
        ("round(todecimal(125), -300000)", "0"),
        ('todecimal("1e999999999")', ""),
        ('tolong(todecimal("1e6000"))', ""),
        ('bin(todecimal("1e6000"), todecimal("0.1")) == todecimal("1e6000")', "true"),
        ('datetime_utc_to_local(datetime(9999-12-31 23:59:59), "Asia/Tokyo")', ""),
        ('datetime_local_to_utc(datetime(0001-01-01), "Asia/Tokyo")', ""),
        ('datetime_utc_to_local(datetime(0001-01-01), "America/New_York")', ""),
        ('datetime_local_to_utc(datetime(9999-12-31 23:59:59), "America/New_York")', ""),
        ("startofweek(datetime(0001-01-01))", ""),
        ("endofyear(datetime(9999-12-31))", "9999-12-31T23:59:59.9999999Z"),
        ("tolong(1e300)", ""),
        ("1d * 1e300", ""),
    ],
)
def test_a_value_beyond_its_type_is_null(expression: str, text: str) -> None:
    assert shown(f"print a = {expression}")[1] == [[text]]
    assert shown(f"print n = now() | project a = {expression}")[1] == [[text]]


def test_decimals_multiplied_without_end_become_null() -> None:
    query = 'print a = todecimal("1.1")' + " | extend a = a * a" * 100
    assert shown(query)[1] == [[""]]


def test_products_of_series_stay_numbers() -> None:
    query = "print a = range(2, 3)" + " | extend a = series_multiply(a, a)" * 40
    assert shown(f"{query} | project a")[1] == [['["Infinity","Infinity"]']]


@pytest.mark.parametrize(("name", "compress"), [("gzip", gzip.compress), ("zlib", zlib.compress)])
def test_what_is_decompressed_is_whole_or_refused(name: str, compress: object) -> None:
    assert callable(compress)

    def length(size: int) -> object:
        packed = base64.b64encode(compress(b"a" * size)).decode()
        query = f'print strlen({name}_decompress_from_base64_string("{packed}"))'
        return run(query).table.rows[0][0]

    assert length(1 << 24) == 1 << 24
    with pytest.raises((EvaluationError, UnsupportedConstruct), match=r"longer|more than"):
        length((1 << 24) + 1)


def test_a_field_that_is_too_long_for_csv_is_refused() -> None:
    with pytest.raises(UnsupportedConstruct, match="not read as CSV"):
        run('print parse_csv(strrep("a", 1024 * 200)), parse_csv(strrep(strrep("a", 1024), 200))')


def test_json_that_nests_too_deeply_is_refused() -> None:
    for levels in (130, 1024):
        brackets = f'strcat(strrep("[", {levels}), strrep("]", {levels}))'
        with pytest.raises((EvaluationError, UnsupportedConstruct), match="inside each other"):
            run(f"print parse_json({brackets})")
