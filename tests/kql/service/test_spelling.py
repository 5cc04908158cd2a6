from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.kql.service.spelling import is_misspelling, nearest

NAMES = st.text(string.ascii_letters, min_size=4, max_size=12)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("SigninLogz", "SigninLogs"),
        ("SigninLog", "SigninLogs"),
        ("SiginLogs", "SigninLogs"),
        ("SigninLgos", "SigninLogs"),
        ("signinlogs", "SigninLogs"),
    ],
)
def test_one_edit_or_case_is_a_misspelling(name: str, known: str) -> None:
    assert is_misspelling(name, known)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("SigninLogs", "SigninLogs"),
        ("Event", "EventLogs"),
        ("Logs1_CL", "Logs2_CL"),
        ("Ev", "E"),
        ("Heartbeat", "Syslog"),
    ],
)
def test_other_names_and_other_numbers_are_none(name: str, known: str) -> None:
    assert not is_misspelling(name, known)


@given(NAMES, st.integers(0, 11), st.sampled_from(string.ascii_letters))
def test_any_single_insertion_is_found(name: str, place: int, letter: str) -> None:
    longer = name[:place] + letter + name[place:]
    assert is_misspelling(longer, name)
    assert is_misspelling(name, longer)


@given(NAMES, NAMES)
def test_misspelling_is_symmetric(one: str, other: str) -> None:
    assert is_misspelling(one, other) == is_misspelling(other, one)


def test_nearest_prefers_case_then_a_slip_then_likeness() -> None:
    assert nearest("usERid", ["UserIds", "UserId"]) == "UserId"
    assert nearest("UserIdx", ["UserIdentity", "UserId"]) == "UserId"
    assert nearest("AccountEnabled", ["IsAccountEnabled", "Manager"]) == "IsAccountEnabled"
    assert nearest("Xyz", ["SigninLogs"]) is None


@given(st.lists(NAMES, min_size=1), NAMES)
def test_nearest_does_not_depend_on_the_order(known: list[str], name: str) -> None:
    assert nearest(name, known) == nearest(name, list(reversed(known)))
