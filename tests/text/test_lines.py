from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from generator.text.lines import line_and_column, range_in_file
from generator.text.source_text import SourceText

TEXTS = st.text(alphabet="ab\n\r\t\x0b\x85\u2028é\U0001f600")


@given(TEXTS, st.data())
def test_line_and_column_lead_back_to_the_character(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    line, column = line_and_column(text, offset)
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    assert sum(map(len, lines[: line - 1])) + column - 1 == offset
    assert column - 1 <= len(lines[line - 1])


@given(TEXTS, st.integers(-3, 30), st.integers(-3, 30))
def test_a_range_never_ends_before_it_begins(text: str, start: int, end: int) -> None:
    place = range_in_file(SourceText("f", text), start, end)
    assert place.end_line is not None
    assert place.end_column is not None
    assert (place.line, place.column) <= (place.end_line, place.end_column)


def test_an_astral_character_is_one_column() -> None:
    assert line_and_column("\U0001f600x", 1) == (1, 2)
