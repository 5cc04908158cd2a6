"""What a reviewer sees of a plan: what differs, what is alike, what gets weaker or is refused."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.deploy.blast_radius import BlastRadius
from generator.deploy.origin import Origin, Source
from generator.deploy.plan import Action, ActionKind, Plan
from generator.deploy.plan_diff import MAX_VALUE, diff_lines
from generator.deploy.plan_digest import groups, weakened
from generator.deploy.plan_markdown import plan_markdown
from generator.deploy.plan_text import MOST_QUERIES, plan_lines
from generator.kinds.shape import Change
from tests.deploy.rules import body, rule_id

GITHUB_TAKES = 65_536
"""Characters of a comment."""


def update(number: int, *changes: Change, **more: Any) -> Action:
    action = Action(
        rule_id(number),
        f"area/rule-{number:04}",
        "Scheduled",
        ActionKind.UPDATE,
        '"e"',
        changes=changes,
        desired=body(number),
    )
    return replace(action, **more)


def creation(number: int, **properties: Any) -> Action:
    return Action(
        rule_id(number),
        f"area/new-{number:04}",
        "Scheduled",
        ActionKind.CREATE,
        desired=body(number, **properties),
    )


def plan_of(*actions: Action, live: int = 0) -> Plan:
    return Plan("lab", "/w", "tool", "sha256:0", actions, live_count=live)


def text_of(plan: Plan, limits: BlastRadius | None = None) -> str:
    return "\n".join(line.text for line in plan_lines(plan, limits))


LONG = st.tuples(
    st.text(max_size=5), st.integers(0, 2_000), st.text(min_size=1, max_size=5), st.integers(0, 800)
).map(lambda parts: "a" * parts[1] + parts[0] + parts[2] + "b" * parts[3])


@given(LONG, LONG, st.sampled_from(["properties.description", "properties.query"]))
def test_what_differs_is_shown_to_differ(live: str, desired: str, path: str) -> None:
    lines = list(diff_lines(Change(path, live, desired)))
    goes, comes = ([line.text for line in lines if line.sign == sign] for sign in "-+")
    if live == desired:
        return
    assert goes != comes
    assert all(len(line.text) <= MAX_VALUE + 60 for line in lines if line.sign in "-+")


@pytest.mark.parametrize(
    ("live", "desired"),
    [
        ("x" * 500 + "a" + "y" * 500, "x" * 500 + "b" + "y" * 500),
        ("x" * 500, "x" * 501),
        ("T\r\n| take 1", "T\n| take 1"),
        ("T\n| take 1 ", "T\n| take 1"),
        ("T\n|  take 1\t\n| x", "T\n|  take 1 \n| x"),
        ("Caf\u00e9", "Cafe\u0301"),
        ("\uff21", "A"),
        ("a\u00a0b", "a b"),
        ("x" * 400 + " ", "x" * 400),
    ],
)
@pytest.mark.parametrize("path", ["properties.description", "properties.query"])
def test_what_looks_alike_is_spelled_out(path: str, live: str, desired: str) -> None:
    lines = list(diff_lines(Change(path, live, desired)))
    goes, comes = ([seen(line.text) for line in lines if line.sign == sign] for sign in "-+")
    assert goes
    assert goes != comes


def seen(text: str) -> str:
    """Return what an eye makes of a line: letters as they are drawn, no blank at its end."""
    return unicodedata.normalize("NFKC", text).expandtabs(4).rstrip()


def test_many_rules_that_change_alike_are_one_change_and_all_of_them_are_named() -> None:
    severity = Change("properties.severity", "High", "Low")
    alike = [update(number, severity) for number in range(150)]
    other = update(150, Change("properties.severity", "High", "Medium"))
    plan = plan_of(*alike[:75], other, *alike[75:])
    assert [len(group.actions) for group in groups(plan.actions)] == [150, 1]
    for text in (text_of(plan), plan_markdown(plan)):
        assert text.count("    severity\n") + text.count("@@ severity @@") == 2
        assert all(action.detection in text for action in plan.actions)
        assert text.count("area/rule-") == 151


def test_rules_are_alike_only_if_all_that_is_said_of_them_is() -> None:
    change = Change("properties.severity", "High", "Low")
    actions = [
        *(update(number, change) for number in range(2)),
        *(update(number, change, reason="disabled outside") for number in range(2, 4)),
        *(update(number, change, action=ActionKind.BLOCKED) for number in range(4, 6)),
        *(update(number, change, change) for number in range(6, 8)),
        *(creation(number) for number in range(8, 12)),
    ]
    assert [len(group.actions) for group in groups(actions)] == [1] * len(actions)


def test_a_group_says_where_each_change_comes_from() -> None:
    change = Change("properties.enabled", True, False)
    one, other = (Origin(Source.REPOSITORY, f"live as at {commit}") for commit in ("0a", "1b"))
    same = plan_of(*(update(number, change, origin=one) for number in range(5)))
    mixed = plan_of(update(9, change, origin=other), *same.actions)
    for show in (text_of, plan_markdown):
        assert show(same).count("live as at 0a") == 1
        assert show(mixed).count("live as at 0a") == 5
        assert show(mixed).count("live as at 1b") == 1
        assert "6 changes of a commit in the repository" in show(mixed)


def test_a_new_rule_is_shown_with_severity_schedule_and_query() -> None:
    plan = plan_of(creation(1, severity="High"), creation(2, enabled=False))
    text = text_of(plan)
    assert "High, Scheduled, every PT1H over PT2H, results > 0\n" in text
    assert "Medium, Scheduled, every PT1H over PT2H, results > 0, switched off\n" in text
    assert "      | where ResultType == 2" in text
    markdown = plan_markdown(plan)
    assert markdown.count("```kusto\nSigninLogs\n| where ResultType == ") == 2
    assert markdown.count("<details>") == 2


def test_many_new_rules_are_shown_without_queries_and_the_text_says_so() -> None:
    few, many = (
        text_of(plan_of(*map(creation, range(count)))) for count in (MOST_QUERIES, MOST_QUERIES + 1)
    )
    assert few.count("| where ResultType") == MOST_QUERIES
    assert "| where ResultType" not in many
    assert "queries of the new rules are left out" in many


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change("properties.enabled", True, False), "1 rule switched off"),
        (Change("properties.enabled", False, True), None),
        (Change("properties.severity", "High", "Informational"), "1 rule lowered in severity"),
        (Change("properties.severity", "Low", "Medium"), None),
        (Change("properties.severity", None, "Low"), None),
        (Change("properties.severity", "Unheard", "Low"), None),
    ],
)
def test_what_gets_weaker_is_counted(change: Change, said: str | None) -> None:
    assert weakened(plan_of(update(1, change))) == (() if said is None else (said,))
    assert weakened(plan_of(update(1, change, action=ActionKind.BLOCKED))) == ()


def test_a_plan_says_what_deploy_will_refuse() -> None:
    gone = [
        Action(rule_id(number), f"area/old-{number}", "Scheduled", ActionKind.DELETE, '"e"')
        for number in range(3)
    ]
    deletes = plan_of(*gone, live=100)
    share = plan_of(*gone, *(update(number) for number in range(3, 9)), live=10)
    blocked = plan_of(update(1, action=ActionKind.BLOCKED, reason="more than 512 enabled"))
    for show in (text_of, plan_markdown):
        assert "the plan deletes 3 rules" in show(deletes, BlastRadius(max_deletes=2))
        assert "deploy will refuse" not in show(deletes, BlastRadius(max_deletes=3))
        assert "--max-change-percent is 50" in show(share, BlastRadius())
        assert "1 rule blocked" in show(blocked, BlastRadius())
        assert "deploy will refuse" not in show(deletes)


def test_a_plan_of_200_rules_stays_readable() -> None:
    long = "x" * 4_000
    plan = plan_of(
        *(update(n, Change("properties.severity", "High", "Low")) for n in range(100)),
        *(update(n, Change("properties.query", long, f"{long}{n}")) for n in range(100, 150)),
        *(creation(n) for n in range(150, 200)),
    )
    text, markdown = text_of(plan), plan_markdown(plan)
    assert len(text.splitlines()) < 3 * 200
    assert max(map(len, text.splitlines())) < 400
    assert len(markdown) < GITHUB_TAKES
    assert "left out" not in markdown
    assert all(action.detection in text and action.detection in markdown for action in plan.actions)


def test_a_group_without_end_leaves_room_for_the_rest() -> None:
    change = Change("properties.severity", "High", "Low")
    plan = plan_of(*(update(number, change) for number in range(3_000)), creation(3_001))
    markdown = plan_markdown(plan)
    assert len(markdown) < GITHUB_TAKES
    assert "more lines" in markdown
    assert "area/new-3001" in markdown
