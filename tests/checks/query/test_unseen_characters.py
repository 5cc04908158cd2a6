from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.checks.query.no_break_space import NoBreakSpace
from generator.checks.query.unseen_characters import Surroundings, unseen_characters
from generator.checks.query.unseen_in_code import UnseenInCode
from generator.checks.query.unseen_in_string import UnseenInString
from generator.findings import InQuery, Problem
from generator.kql.query import Query
from generator.kql.unseen import character_name
from tests.checks.detections import detection

UNSEEN = st.characters(categories=["Zs", "Zl", "Zp", "Cf"], exclude_characters=" ")


def problems_of(query: str) -> list[Problem]:
    one, written = detection(), Query(query, ("query",))
    checks = (NoBreakSpace(), UnseenInCode(), UnseenInString())
    return [problem for check in checks for problem in check.examine(written, one)]


@given(st.text(st.characters(max_codepoint=0x7E, exclude_categories=["Cc"])))
def test_what_a_keyboard_writes_is_seen(query: str) -> None:
    assert list(unseen_characters(query + "\r\n\t")) == []


@given(UNSEEN)
def test_every_such_character_in_code_is_named_with_its_place(character: str) -> None:
    query = f"T\n| where{character}{character} x"
    (problem,) = problems_of(query)
    assert problem.code == ("SG107" if character == "\u00a0" else "SG108")
    assert problem.place == InQuery(9, 11)
    assert f"U+{ord(character):04X} {unicodedata.name(character)}" in problem.message


@given(UNSEEN)
def test_comments_may_hold_what_does_not_reorder_them(character: str) -> None:
    expected = (
        ["SG108"] if character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" else []
    )
    assert [problem.code for problem in problems_of(f"T // a{character}b")] == expected


@pytest.mark.parametrize(
    "string",
    ['"a{}b"', "'a{}b'", '@"a{}b"', "@'it''s {}'", "```a\n{}```", "~~~a{}~~~", 'h"a{}"', "h@'a{}'"],
)
def test_strings_of_every_form_are_told_from_code(string: str) -> None:
    (found,) = unseen_characters("print x = " + string.format("\u200b"))
    assert found.surroundings is Surroundings.STRING


def test_a_literal_in_brackets_is_code() -> None:
    (found,) = unseen_characters("print datetime(2026-01-01\u00a000:00)")
    assert found.surroundings is Surroundings.CODE


def test_one_line_full_of_them_is_one_problem() -> None:
    assert len(problems_of("T\n|\u00a0where\u00a0x\u00a0==\u00a01\n|\u00a0take 1")) == 2


def test_a_control_character_has_a_name_as_well() -> None:
    assert character_name("\b") == "U+0008 BACKSPACE"
    assert character_name("\x01") == "U+0001 CONTROL CHARACTER"


@pytest.mark.parametrize("string", ["\U0001f468\u200d\U0001f469", "\u2764\ufe0f", "New\u00a0York"])
def test_what_a_string_needs_is_left_alone(string: str) -> None:
    assert problems_of(f'print "{string}"') == []


@pytest.mark.parametrize("string", ["adm\u200bin", "\u200d1", "a\ufe0f", "\bgraph\b", "\ufeffx"])
def test_what_a_string_hides_is_said(string: str) -> None:
    assert {problem.code for problem in problems_of(f'print "{string}"')} == {"SG109"}
