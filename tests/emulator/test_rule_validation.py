"""What the emulator refuses, and what it must let through."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml

from generator.emulator.messages import RefusedError
from generator.emulator.rule_validation import validated_rule
from tests.emulator.conftest import FIXTURES, rule_fixture

REFUSED = yaml.safe_load((FIXTURES / "refused_rules.yaml").read_text("utf-8"))


@pytest.mark.parametrize("name", ["scheduled_rule", "full_rule", "nrt_rule"])
def test_a_correct_rule_is_accepted_unchanged(name: str) -> None:
    rule = rule_fixture(name)
    assert validated_rule(rule) == (rule["kind"], rule["properties"])


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["case"])
def test_one_mistake_is_refused_at_its_place_and_nothing_else(case: dict[str, Any]) -> None:
    rule = rule_fixture(case["rule"])
    for name, value in case["set"].items():
        if value is None:
            del rule["properties"][name]
        else:
            rule["properties"][name] = value
    with pytest.raises(RefusedError) as refused:
        validated_rule(rule)
    assert refused.value.status == 400
    assert refused.value.code == "BadRequest"
    assert refused.value.message.startswith("Invalid data model. [")
    assert case["path"] in refused.value.message


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("displayName", "x" * 256, True),
        ("displayName", "x" * 257, False),
        ("description", "x" * 5000, True),
        ("description", "x" * 5001, False),
        ("query", "x" * 10_000, True),
        ("query", "x" * 10_001, False),
        ("queryPeriod", "P14D", True),
        ("triggerThreshold", 10_000, True),
        ("suppressionDuration", "P1D", True),
        ("customDetails", {f"Key{n}": "Column" for n in range(20)}, True),
        ("customDetails", {f"Key{n}": "Column" for n in range(21)}, False),
        ("customDetails", {"K" * 20: "Column"}, True),
        ("customDetails", {"K" * 21: "Column"}, False),
    ],
    ids=lambda value: str(value)[:20],
)
def test_limits_hold_to_the_last_character(name: str, value: object, accepted: bool) -> None:
    rule = rule_fixture("scheduled_rule")
    rule["properties"][name] = value
    if accepted:
        validated_rule(rule)
    else:
        with pytest.raises(RefusedError, match=name):
            validated_rule(rule)


@pytest.mark.parametrize(("count", "accepted"), [(10, True), (11, False)])
def test_ten_entity_mappings_are_the_most(count: int, accepted: bool) -> None:
    rule = rule_fixture("full_rule")
    rule["properties"]["entityMappings"] = [rule["properties"]["entityMappings"][0]] * count
    if accepted:
        validated_rule(rule)
    else:
        with pytest.raises(RefusedError, match="10"):
            validated_rule(rule)


def test_all_mistakes_are_named_at_once() -> None:
    rule = rule_fixture("scheduled_rule")
    del rule["properties"]["query"]
    rule["properties"]["severity"] = "high"
    with pytest.raises(RefusedError, match=r"properties\.query.*properties\.severity"):
        validated_rule(rule)


def test_numbers_and_truth_values_written_as_text_are_read() -> None:
    rule = rule_fixture("scheduled_rule")
    expected = copy.deepcopy(rule["properties"])
    rule["properties"] |= {"triggerThreshold": "0", "enabled": "True"}
    assert validated_rule(rule) == ("Scheduled", expected)


@pytest.mark.parametrize("kind", ["scheduled", "Hunting", None, 3, ["Scheduled"]])
def test_an_unknown_kind_is_refused(kind: object) -> None:
    with pytest.raises(RefusedError, match="kind"):
        validated_rule({"kind": kind, "properties": {}})
