from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import generator
from generator.text.safe_text import (
    one_line,
    safe_json,
    safe_output,
    safe_xml,
    visible,
    without_commands,
)
from tests.text.runner import commands_in


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


TRAPS = st.lists(
    st.sampled_from(
        [
            *("::", ":", "##[", "##vso[", "#", "stop-commands::x", "add-mask]x", "é", "\ud800"),
            *("\n", "\r", "\t", " ", "\xa0", "\u2028", "\x85"),
            *("\x9b", "\x1b[31m", "\x1b[8m", "\x1b[2J", "\u202e"),
        ]
    ),
    max_size=12,
).map("".join)


@given(TRAPS, st.booleans())
def test_no_line_of_output_is_a_command_to_a_runner(text: str, coloured: bool) -> None:
    shown = without_commands(safe_output(text, coloured=coloured))
    assert not commands_in(shown)


@given(TRAPS)
def test_output_keeps_its_lines_and_moves_no_cursor(text: str) -> None:
    shown = safe_output(text)
    assert shown.count("\n") == text.count("\n")
    assert all(c.isprintable() or c in "\n\t" for c in shown)
    coloured = safe_output(text, coloured=True)
    assert all(c.isprintable() or c in "\n\t" for c in re.sub(r"\x1b\[[0-9;]*m", "", coloured))


@given(st.recursive(TRAPS, lambda inner: st.lists(inner) | st.dictionaries(TRAPS, inner)))
@pytest.mark.parametrize("indent", [None, 2])
def test_json_is_safe_to_show_and_says_the_same(indent: int | None, value: object) -> None:
    text = safe_json(json.dumps(value, ensure_ascii=False, indent=indent))
    assert json.loads(text) == value
    assert all(c.isprintable() or c == "\n" for c in text)
    assert not commands_in(text)


@given(TRAPS, TRAPS)
def test_xml_is_no_command_and_says_the_same(text: str, attribute: str) -> None:
    element = ET.Element("case", {"name": visible(attribute)})
    element.text = visible(text, keep="\n")
    shown = safe_xml(ET.tostring(element, encoding="unicode"))
    assert not commands_in(shown)
    read = ET.fromstring(shown)  # noqa: S314 - what stands here was made above
    assert read.text == (element.text or None)
    assert read.get("name") == visible(attribute)
