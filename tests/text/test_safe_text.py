from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import generator
from generator.text.safe_text import one_line, visible


@given(st.text())
def test_nothing_that_is_shown_can_steer_a_terminal_or_hide(text: str) -> None:
    assert visible(text).isprintable()


@given(st.text(), st.integers(1, 50))
def test_one_line_is_one_line_and_short(text: str, limit: int) -> None:
    shown = one_line(text, limit)
    assert shown.isprintable()
    assert len(one_line("x" * 100, limit)) <= limit


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\u202eb", "a\\u202eb"),
        ("a\xa0b", "a\\xa0b"),
        ("\ud800", "\\ud800"),
        ("Zürich 東京", "Zürich 東京"),
    ],
)
def test_unsafe_characters_are_shown_as_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_what_is_kept_stays() -> None:
    assert visible("a\tb\n\x07", keep="\t\n") == "a\tb\n\\x07"


def test_escaping_is_done_here_alone() -> None:
    package = Path(generator.__file__).parent
    own = {
        str(module.relative_to(package))
        for module in package.rglob("*.py")
        if re.search("unicode_escape", module.read_text("utf-8"))
    }
    assert own == {"text/safe_text.py"}
