"""Rows go through CSV and come back, read by a reader that shares nothing with the writer."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.kinds.watchlist.csv_rows import CsvError, read_rows, written

CELL = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=20)
ROWS = st.lists(st.tuples(CELL, CELL), max_size=6)
COLUMNS = ("Team Name", "Why")


def by_rfc_4180(text: str) -> list[list[str]]:
    """Split CSV by the grammar of RFC 4180, character by character."""
    rows: list[list[str]] = []
    position = 0
    while position < len(text):
        row = []
        while True:
            match = re.compile(r'"((?:[^"]|"")*)"|([^",\n\r]*)').match(text, position)
            assert match is not None
            row.append(match[2] if match[1] is None else match[1].replace('""', '"'))
            position = match.end()
            if text[position : position + 1] != ",":
                break
            position += 1
        assert text[position] == "\n"
        position += 1
        rows.append(row)
    return rows


@given(ROWS)
def test_what_is_written_is_rfc_4180_and_reads_back(cells: list[tuple[str, str]]) -> None:
    rows = [dict(zip(COLUMNS, pair, strict=True)) for pair in cells]
    text = written(COLUMNS, rows)
    assert by_rfc_4180(text) == [list(COLUMNS), *map(list, cells)]
    header, read = read_rows(text)
    assert header == list(COLUMNS)
    assert [tuple(row) for _, row in read] == cells


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("\n\n", 1),
        ("a,b\n1\n", 2),
        ("a,b\n1,2,3\n", 2),
        ('a,b\n1,"2\n', 2),
        ('a,b\n1,2\n"3"x,4\n', 3),
    ],
)
def test_what_is_no_table_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(CsvError) as wrong:
        read_rows(text)
    assert wrong.value.line == line


def test_what_spreadsheets_write_is_read() -> None:
    header, rows = read_rows('"a","b"\r\n"1, one","line\r\nbreak"\r\n\r\n')
    assert header == ["a", "b"]
    assert rows == [(3, ["1, one", "line\r\nbreak"])]
