"""The members that a deployment compares are those that a rule's request can have: all, no more."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.kinds.analytic_rule.assemble import assemble
from generator.kinds.analytic_rule.body import request_body
from generator.kinds.analytic_rule.model import RuleKind
from generator.kinds.analytic_rule.shape import SHAPE
from generator.kinds.shape import DURATION, Member, Members, Names, Unordered
from tests.artifacts.rules import complete_rule
from tests.kinds.analytic_rule.documents import QUERY, detection_of, distinct_documents

COMPLETE = [
    request_body(complete_rule(kind, preview=preview))["properties"]
    for kind in RuleKind
    for preview in (False, True)
]


def known_paths(member: Member, path: str = "") -> Iterator[str]:
    match member:
        case Members(known):
            for name, part in known.items():
                yield from known_paths(part, f"{path}.{name}")
        case Unordered(item):
            yield from known_paths(item, f"{path}[]")
        case Names():
            yield f"{path}.*"
        case _:
            yield path


def written_paths(value: Any, path: str = "") -> Iterator[str]:
    if path == ".customDetails":
        yield f"{path}.*"
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from written_paths(item, f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from written_paths(item, f"{path}[]")
    else:
        yield path


def test_every_member_that_is_compared_is_written_for_some_rule() -> None:
    written = {path for properties in COMPLETE for path in written_paths(properties)}
    assert set(known_paths(SHAPE.known)) == written


@given(distinct_documents())
def test_every_member_that_a_request_has_is_compared(document: dict[str, Any]) -> None:
    body = request_body(assemble(detection_of(document), QUERY))
    assert set(written_paths(body["properties"])) <= set(known_paths(SHAPE.known))
    # Nothing of a request is left out or made equal to something else on the way.
    assert SHAPE.normalise(body)["properties"].keys() == body["properties"].keys()


def durations(member: Member, path: str = "") -> Iterator[str]:
    if isinstance(member, Members):
        for name, part in member.known.items():
            yield from durations(part, f"{path}.{name}")
    elif member is DURATION:
        yield path


def test_durations_and_nothing_else_compare_as_durations() -> None:
    names = {path for path in known_paths(SHAPE.known) if "Duration" in path or ".query" in path}
    assert set(durations(SHAPE.known)) == names - {".query"}


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        items = [(name, shuffled(item, chance)) for name, item in value.items()]
        return dict(chance.sample(items, len(items)))
    if isinstance(value, list):
        return [shuffled(item, chance) for item in chance.sample(value, len(value))]
    return value


@given(distinct_documents(), st.randoms(use_true_random=False))
def test_in_no_list_of_a_rule_does_the_order_mean_anything(
    document: dict[str, Any], chance: random.Random
) -> None:
    body = request_body(assemble(detection_of(document), QUERY))
    other = shuffled(body, chance)
    assert SHAPE.normalise(other) == SHAPE.normalise(body)
    assert SHAPE.same(other, body)
    assert SHAPE.changes(other, body) == ()


def lists(member: Member, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Member]]:
    """Yield where each list is, and what its entries are."""
    match member:
        case Members(known):
            for name, part in known.items():
                yield from lists(part, (*path, name))
        case Unordered(item):
            yield path, item
            yield from lists(item, (*path, "[]"))


def entry(member: Member, mark: str) -> Any:
    match member:
        case Members(known):
            return {name: entry(part, f"{mark} {name}") for name, part in known.items()}
        case Unordered(item):
            return [entry(item, mark)]
    return mark


def placed(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    for step in reversed(path):
        value = [value] if step == "[]" else {step: value}
    return {"kind": "Scheduled", "properties": value}


@pytest.mark.parametrize(
    ("path", "item"), [pytest.param(*place, id=".".join(place[0])) for place in lists(SHAPE.known)]
)
def test_a_list_in_another_order_is_the_same_and_with_other_entries_is_not(
    path: tuple[str, ...], item: Member
) -> None:
    entries = [entry(item, mark) for mark in "bac"]
    body, turned = placed(path, entries), placed(path, entries[::-1])
    assert SHAPE.normalise(body) == SHAPE.normalise(turned)
    assert SHAPE.changes(body, turned) == ()
    assert SHAPE.changes(body, placed(path, [*entries[:2], entries[0]]))


def test_differences_come_in_one_order_whatever_the_order_in_the_bodies() -> None:
    unknown = {"zebra": 1, "aardvark": 1, "mole": 1, "newt": 1}
    around = dict.fromkeys(("zone", "area", "mode", "base", "rank", "host"), 1)
    live = {"kind": "NRT", **around, "properties": {**unknown, "query": "a"}}
    wanted = {"kind": "Scheduled", "properties": {"severity": "Low", "enabled": True}}
    paths = [change.path for change in SHAPE.differing_members(live, wanted)]
    members = ["enabled", "severity", "query", "aardvark", "mole", "newt", "zebra"]
    assert paths == ["kind", *(f"properties.{name}" for name in members), *sorted(around)]
    backwards = copy.deepcopy(live)
    backwards["properties"] = dict(reversed(live["properties"].items()))  # type: ignore[attr-defined]
    assert [change.path for change in SHAPE.differing_members(backwards, wanted)] == paths
