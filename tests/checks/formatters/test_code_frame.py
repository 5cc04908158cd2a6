from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from generator.checks.formatters.code_frame import MAX_COLUMNS, code_frame
from generator.text.safe_text import cell_width, visible_character


def underlined(line: str, column: int, end_column: int | None) -> str:
    """What stands above the carets, column by column of a terminal."""
    frame = code_frame(line, column, end_column)
    columns = "".join(character + "\0" * (cell_width(character) - 1) for character in frame.line)
    return columns[frame.caret_start : frame.caret_start + frame.caret_width].replace("\0", "")


def test_plain_span_is_underlined_exactly() -> None:
    assert underlined("severity: high", 11, 15) == "high"


def test_tab_before_the_span_does_not_shift_it() -> None:
    assert underlined("\tseverity:\thigh", 12, 16) == "high"


def test_wide_characters_before_and_inside_the_span_count_two_columns() -> None:
    assert underlined("name: 端末 警告", 10, 12) == "警告"


def test_control_characters_are_shown_as_escapes() -> None:
    frame = code_frame("a\x1b[31mb", 2, 3)
    assert frame.line == "a\\x1b[31mb"
    assert frame.caret_width == len("\\x1b")


def test_span_without_width_gets_one_caret() -> None:
    assert code_frame("abc", 4, 4).caret_width == 1


def test_span_of_several_lines_is_underlined_to_the_end_of_the_first() -> None:
    assert underlined("query: SigninLogs", 8, None) == "SigninLogs"


def test_long_line_is_cut_around_the_span() -> None:
    frame = code_frame("x" * 5000 + "HERE" + "y" * 5000, 5001, 5005)
    assert len(frame.line) <= MAX_COLUMNS + 2
    assert underlined("x" * 5000 + "HERE" + "y" * 5000, 5001, 5005) == "HERE"


def test_of_an_endless_line_only_what_is_near_the_span_counts() -> None:
    near = code_frame("x" * 1_000 + "HERE" + "y" * 1_000, 1_001, 1_005)
    far = code_frame("x" * 500_000 + "HERE" + "y" * 500_000, 500_001, 500_005)
    assert far == near
    assert underlined("\t端" * 100_000 + "HERE", 200_001, None) == "HERE"


@given(st.text(max_size=300), st.integers(1, 320), st.integers(0, 20))
def test_frame_is_safe_and_carets_stay_on_it(line: str, column: int, width: int) -> None:
    frame = code_frame(line, column, column + width)
    assert all(visible_character(character) == character for character in frame.line)
    shown = sum(cell_width(character) for character in frame.line)
    assert frame.caret_width >= 1
    assert frame.caret_start + frame.caret_width <= max(shown, 0) + MAX_COLUMNS
    assert unicodedata.category(frame.line[-1]) != "Cc" if frame.line else True
