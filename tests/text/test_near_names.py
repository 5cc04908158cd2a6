from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import generator
from generator.text.near_names import did_you_mean, is_misspelling, nearest

NAMES = st.text(string.ascii_letters, min_size=4, max_size=12)


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("account", ["Account", "IP"], "Account"),
        ("Lateral movement", ["LateralMovement", "Impact"], "LateralMovement"),
        ("Adress", ["Address", "AddressScope"], "Address"),
    ],
)
def test_near_name_is_offered(name: str, known: list[str], meant: str) -> None:
    assert did_you_mean(name, known) == f": did you mean {meant!r}?"


def test_nothing_is_offered_where_nothing_is_near() -> None:
    assert did_you_mean("Zebra", ["Account", "IP"]) == ""
    assert did_you_mean("Account", []) == ""


@given(st.text(max_size=20), st.lists(st.text(max_size=12), max_size=6))
def test_answer_does_not_depend_on_the_order_of_the_names(name: str, known: list[str]) -> None:
    assert did_you_mean(name, known) == did_you_mean(name, reversed(known))


def test_very_long_name_is_answered_at_once() -> None:
    assert did_you_mean("x" * 1_000_000, ["Account"]) == ""


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("SigninLogz", "SigninLogs"),
        ("SigninLog", "SigninLogs"),
        ("SiginLogs", "SigninLogs"),
        ("SigninLgos", "SigninLogs"),
        ("signinlogs", "SigninLogs"),
        ("VIP ", "VIP"),
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


def test_all_hints_of_the_package_come_from_here() -> None:
    package = Path(generator.__file__).parent
    own = {
        str(module.relative_to(package))
        for module in package.rglob("*.py")
        if re.search("get_close_matches|did you mean [{']", module.read_text("utf-8"))
    }
    assert own == {"text/near_names.py"}
