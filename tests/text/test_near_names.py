from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.text.near_names import did_you_mean


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
