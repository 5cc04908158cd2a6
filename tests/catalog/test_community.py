from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.catalog.community import normalise_tactic, strip_description_quotes


def test_blank_inside_a_tactic_is_removed() -> None:
    assert normalise_tactic("Lateral Movement") == "LateralMovement"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("'Identifies a sign-in.'", "Identifies a sign-in."),
        ('  "Identifies a sign-in."\n', "Identifies a sign-in."),
        ("'The user's own device.'", "The user's own device."),
        ("'Looks for the word 'admin' in names.'", "Looks for the word 'admin' in names."),
        ("''", ""),
    ],
)
def test_one_pair_of_quotes_around_a_whole_description_is_removed(written: str, meant: str) -> None:
    assert strip_description_quotes(written) == meant


@pytest.mark.parametrize(
    "text",
    ["'a' or 'b'", "\"new\" or 'old'", "'", "", "it's", "'mixed\"", " 'a' of (\"b\") and 'c' "],
)
def test_other_quotes_stay(text: str) -> None:
    assert strip_description_quotes(text) == text


@given(st.text())
def test_only_a_pair_at_the_ends_is_ever_removed(text: str) -> None:
    stripped = strip_description_quotes(text)
    assert stripped == text or stripped == text.strip()[1:-1].strip()
