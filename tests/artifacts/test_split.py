"""Catalog templates stay within ARM's limits, and nothing is lost between them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.artifacts.build import plan_artifacts
from generator.artifacts.split import (
    TEMPLATE_BYTES,
    TEMPLATE_RESOURCES,
    request_size,
    split_templates,
)
from generator.catalog.configuration import Configuration
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES
from tests.artifacts.arm_reader import read_template
from tests.artifacts.bicep_reader import read_bicep
from tests.artifacts.rules import scheduled_rule

ARM_TEMPLATE_BYTES = 4 * 1024 * 1024
ARM_RESOURCES = 800


@given(st.lists(st.integers(1, TEMPLATE_BYTES), max_size=40))
def test_every_rule_is_in_exactly_one_template_within_the_limits(sizes: list[int]) -> None:
    parts = split_templates(sizes)
    assert [index for part in parts for index in range(part.start, part.stop)] == list(
        range(len(sizes))
    )
    for part in parts:
        assert 0 < len(sizes[part]) <= TEMPLATE_RESOURCES
        assert sum(sizes[part]) <= TEMPLATE_BYTES


@pytest.mark.parametrize(("rules", "templates"), [(0, 0), (799, 1), (800, 2), (1599, 3)])
def test_resources_are_counted_with_the_workspace(rules: int, templates: int) -> None:
    assert TEMPLATE_RESOURCES + 1 == ARM_RESOURCES
    assert len(split_templates([1] * rules)) == templates


def test_a_rule_of_its_own_that_is_too_large_is_named() -> None:
    with pytest.raises(ValueError, match=r"\A1\Z"):
        split_templates([1, TEMPLATE_BYTES + 1])


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\')))
def test_size_is_what_a_client_sends_that_escapes_everything(text: str) -> None:
    assert request_size(text) == len(json.dumps(text)) - 2


@pytest.mark.parametrize(("letter", "count"), [("x", 45), ("é", 9), ("東", 9)])
def test_large_catalogs_split_by_size_and_both_writings_alike(letter: str, count: int) -> None:
    query = letter * 100_000
    rules = [
        scheduled_rule(id=f"00000000-0000-0000-0000-{number:012}", query=query)
        for number in range(count)
    ]
    built = [ANALYTIC_RULES.resource(rule, f"a/{number:03}") for number, rule in enumerate(rules)]
    plan = plan_artifacts(built, Configuration())
    names = [path for path in plan if path.startswith("catalog/") and path.endswith(".json")]
    assert len(names) > 1
    ids: set[str] = set()
    for name in names:
        text = b"".join(plan[name]).decode()
        assert len(json.dumps(json.loads(text), indent=2)) <= ARM_TEMPLATE_BYTES
        in_arm = [resource.id for resource in read_template(text, "w")]
        bicep = b"".join(plan[name.replace(".json", ".bicep")]).decode()
        assert [resource.id for resource in read_bicep(bicep, "w")] == in_arm
        assert not ids & set(in_arm)
        ids |= set(in_arm)
    assert ids == {rule.id for rule in rules}
