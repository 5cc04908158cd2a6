from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.deploy.blast_radius import BlastRadius, excess
from generator.deploy.plan import Action, ActionKind, Plan, PlanOptions
from generator.deploy.plan_actions import plan_actions
from generator.deploy.workspace import ForeignRule, LiveRule, Workspace
from tests.deploy.rules import body, content, desired, rule_id


def live(number: int, **properties: Any) -> tuple[str, LiveRule]:
    key = rule_id(number)
    return key, LiveRule(key, {"name": key, "etag": f'"e{number}"', **body(number, **properties)})


def workspace(*rules: tuple[str, LiveRule], foreign: tuple[ForeignRule, ...] = ()) -> Workspace:
    return Workspace(dict(rules), foreign)


def kinds(actions: tuple[Action, ...]) -> dict[str, str]:
    return {action.id: action.action.value for action in actions}


def test_what_is_missing_is_created_and_what_differs_is_updated_with_its_etag() -> None:
    wanted = content(desired(0), desired(1), desired(2))
    actions = plan_actions(wanted, workspace(live(1), live(2, severity="Low")))
    assert kinds(actions) == {rule_id(0): "create", rule_id(1): "unchanged", rule_id(2): "update"}
    assert [a.etag for a in actions if a.action is ActionKind.UPDATE] == ['"e2"']


def test_an_orphan_is_deleted_only_with_prune_and_says_why_it_is_one() -> None:
    base = content(desired(0), retired=(1,))
    wanted = replace(base, owned={**base.owned, rule_id(2): "area/two"})
    there = workspace(live(0), live(1), live(2))
    orphans = [a for a in plan_actions(wanted, there) if a.action is ActionKind.ORPHAN]
    assert [(a.id, (a.reason or "").split(";")[0]) for a in orphans] == [
        (rule_id(1), "retired"),
        (rule_id(2), "not selected for this tenant"),
    ]
    pruned = plan_actions(wanted, there, PlanOptions(prune=True))
    assert {a.id for a in pruned if a.action is ActionKind.DELETE} == {rule_id(1), rule_id(2)}


def test_with_paths_nothing_else_is_looked_at_and_nothing_deleted() -> None:
    wanted = content(desired(0), desired(1), retired=(2,))
    options = PlanOptions(prune=True, only=frozenset({"area/rule-0001"}))
    assert kinds(plan_actions(wanted, workspace(live(2)), options)) == {rule_id(1): "create"}


def test_a_change_of_kind_needs_permission() -> None:
    wanted = content(desired(0, kind="NRT"))
    (blocked,) = plan_actions(wanted, workspace(live(0)))
    assert blocked.action is ActionKind.BLOCKED
    assert f"--recreate {rule_id(0)}" in (blocked.reason or "")
    options = PlanOptions(recreate=frozenset({rule_id(0)}))
    (action,) = plan_actions(wanted, workspace(live(0)), options)
    assert action.action is ActionKind.UPDATE
    assert action.recreates
    assert action.deletes


def test_a_rule_that_sentinel_switched_off_comes_first_and_needs_permission() -> None:
    wanted = content(desired(0), desired(1))
    off = live(1, displayName="AUTO DISABLED Rule 1", enabled=False)
    actions = plan_actions(wanted, workspace(live(0, enabled=False), off))
    assert [a.id for a in actions] == [rule_id(1), rule_id(0)]
    assert actions[0].action is ActionKind.BLOCKED
    assert f"--reenable {rule_id(1)}" in (actions[0].reason or "")
    options = PlanOptions(reenable=frozenset({rule_id(1)}))
    assert plan_actions(wanted, workspace(live(0), off), options)[0].action is ActionKind.UPDATE


def test_a_changed_enabled_stands_before_every_other_change() -> None:
    wanted = content(*(desired(number) for number in range(5)))
    there = workspace(*(live(n, severity="Low") for n in range(4)), live(4, enabled=False))
    assert plan_actions(wanted, there)[0].id == rule_id(4)


def test_a_name_that_a_foreign_rule_has_is_not_taken_over() -> None:
    wanted = content(desired(0), desired(1))
    taken = (
        ForeignRule("f0", "Fusion", "RULE 0", True),
        ForeignRule("f1", "Fusion", "Rule 1", True),
    )
    actions = plan_actions(wanted, workspace(live(1, severity="Low"), foreign=taken))
    # Rule 1 had its name before anybody asked us; it is not newly taken.
    assert kinds(actions) == {rule_id(0): "blocked", rule_id(1): "update"}


@given(
    foreign=st.integers(0, 5),
    already=st.integers(0, 5),
    wanted_count=st.integers(0, 8),
    limit=st.integers(0, 10),
    prune=st.booleans(),
)
def test_a_plan_never_enables_more_rules_than_the_limit(
    foreign: int, already: int, wanted_count: int, limit: int, prune: bool
) -> None:
    wanted = content(
        *(desired(number) for number in range(wanted_count)),
        retired=tuple(range(100, 100 + already)),
        Scheduled=limit,
    )
    there = workspace(
        *(live(number) for number in range(100, 100 + already)),
        foreign=tuple(ForeignRule(f"f{n}", "Scheduled", f"F{n}", True) for n in range(foreign)),
    )
    actions = plan_actions(wanted, there, PlanOptions(prune=prune))
    created = sum(action.action is ActionKind.CREATE for action in actions)
    left = foreign + (0 if prune else already)
    assert created == max(0, min(wanted_count, limit - left))
    assert created + sum(a.action is ActionKind.BLOCKED for a in actions) == wanted_count


def test_disabled_rules_and_rules_of_another_kind_do_not_count() -> None:
    wanted = content(desired(0), desired(1, enabled=False), desired(2, kind="NRT"), Scheduled=1)
    actions = plan_actions(wanted, workspace())
    assert set(kinds(actions).values()) == {"create"}


def test_an_id_is_the_same_rule_in_any_case() -> None:
    wanted = content(desired(0))
    upper = rule_id(0).upper()
    there = Workspace({rule_id(0): LiveRule(upper, {**body(0, severity="Low"), "etag": '"e"'})}, ())
    (action,) = plan_actions(wanted, there)
    assert (action.action, action.id) == (ActionKind.UPDATE, upper)


def _plan(live_count: int, **numbers: int) -> Plan:
    actions = tuple(
        Action(rule_id(index), "area/x", "NRT", ActionKind(kind), desired={})
        for kind, number in numbers.items()
        for index in range(number)
    )
    return Plan("lab", "/w", "t", "h", actions, live_count)


@pytest.mark.parametrize(
    ("plan", "fits"),
    [
        (_plan(100, delete=10), True),
        (_plan(100, delete=11), False),
        (_plan(100, update=50), True),
        (_plan(100, update=51), False),
        (_plan(100, update=45, delete=6), False),
        (_plan(9, update=9), True),
        (_plan(10, update=6), False),
        (_plan(10, create=500), True),
        (_plan(0, create=500), True),
    ],
)
def test_the_blast_radius_is_bounded(plan: Plan, fits: bool) -> None:
    assert (excess(plan, BlastRadius()) is None) == fits


NAMES = st.lists(st.sampled_from("ABCDef"), min_size=4, max_size=4, unique=True)


@given(
    now=NAMES,
    wanted=NAMES,
    is_live=st.lists(st.booleans(), min_size=4, max_size=4),
    is_wanted=st.lists(st.booleans(), min_size=4, max_size=4),
    only=st.none() | st.sets(st.integers(0, 3), min_size=1),
    prune=st.booleans(),
)
def test_no_plan_gives_a_rule_the_name_of_one_that_keeps_it(
    now: list[str],
    wanted: list[str],
    is_live: list[bool],
    is_wanted: list[bool],
    only: set[int] | None,
    prune: bool,
) -> None:
    """Whatever is renamed, swapped, retired, left out or blocked: a name is there once."""
    asked = [number for number in range(4) if is_wanted[number]]
    rules = content(
        *(desired(number, displayName=wanted[number].lower()) for number in asked),
        retired=tuple(number for number in range(4) if not is_wanted[number]),
    )
    there = workspace(*(live(n, displayName=now[n]) for n in range(4) if is_live[n]))
    paths = None if only is None else frozenset(f"area/rule-{n:04d}" for n in only)
    actions = plan_actions(rules, there, PlanOptions(prune=prune, only=paths))
    names = {key: rule.display_name.casefold() for key, rule in there.ours.items()}
    for action in actions:
        if action.action is ActionKind.DELETE:
            del names[action.id]
        elif action.writes and action.desired is not None:
            names[action.id] = action.desired["properties"]["displayName"].casefold()
    assert len(set(names.values())) == len(names)
    blocked = [action for action in actions if action.action is ActionKind.BLOCKED]
    assert all("which keeps it here" in (action.reason or "") for action in blocked)
    if only is None and (prune or all(is_wanted)):
        assert not blocked
