"""The data on techniques hold together: nothing is known and retired at once, successors exist."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest

from generator.checks.mitre.technique_format import is_technique
from generator.vocabulary.tactics import tactics_by_technique
from generator.vocabulary.techniques import techniques

FACTS = json.loads(
    resources.files("generator.vocabulary").joinpath("techniques.json").read_text("utf-8")
)


def test_the_file_says_where_its_facts_are_from_and_when() -> None:
    assert FACTS["about"]["sources"]
    assert re.fullmatch(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}", FACTS["about"]["written"])
    assert "The MITRE Corporation" in FACTS["about"]["notice"]
    assert re.fullmatch(r"[0-9]+\.[0-9]+", techniques().version)


def test_every_id_has_the_form_of_a_technique() -> None:
    facts = techniques()
    ids = {*facts.known, *facts.retired, *facts.replaced, *facts.replaced.values()}
    assert [one for one in ids if not is_technique(one)] == []
    assert len(facts.known) > 900


def test_nothing_is_both_known_and_retired() -> None:
    assert techniques().known.isdisjoint(techniques().retired)


def test_every_successor_is_a_technique_of_today() -> None:
    facts = techniques()
    successors = {one for one in facts.retired.values() if one is not None}
    assert successors <= facts.known
    assert facts.replaced.keys() <= facts.known
    assert set(facts.replaced.values()) <= facts.known
    assert facts.replaced.keys().isdisjoint(facts.replaced.values())


def test_every_technique_that_a_tactic_lists_is_known() -> None:
    assert set(tactics_by_technique()) <= techniques().known


@pytest.mark.parametrize(
    ("retired", "successor"),
    [("T1086", "T1059.001"), ("T1193", "T1566.001"), ("T1150", "T1647"), ("T1064", None)],
    ids=["revoked", "phishing", "revoked twice", "deprecated"],
)
def test_a_retired_technique_leads_to_the_last_of_its_successors(
    retired: str, successor: str | None
) -> None:
    assert techniques().retired[retired] == successor


def test_near_a_sub_technique_are_those_of_its_parent() -> None:
    assert techniques().near("T1566.099") == ("T1566", *(f"T1566.00{n}" for n in range(1, 5)))


def test_near_a_technique_is_the_one_with_two_digits_swapped() -> None:
    assert "T1078" in techniques().near("T1708")
    assert techniques().near("T9999") == ()
