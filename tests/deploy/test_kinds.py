"""Several kinds of content in one deployment: in their order, and none in another's way."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import generator.kinds
from generator.azure.errors import InvalidError, UnreachableError
from generator.deploy.apply import Execution, Site, apply_plan
from generator.deploy.dependencies import not_deleted_from_under, waiting_notes
from generator.deploy.drift import DriftStatus, find_drift
from generator.deploy.plan import ActionKind, Plan, PlanOptions
from generator.deploy.plan_actions import plan_actions
from generator.deploy.plan_basis import basis_of
from generator.deploy.plan_file import (
    AlteredPlanError,
    check_wishes,
    plan_document,
    read_plan,
    write_plan,
)
from generator.deploy.results import Deployment, Outcome
from generator.deploy.snapshot import Item, SnapshotError, read_snapshot, write_snapshot
from generator.deploy.stale import held_against
from generator.deploy.tenant_content import KindContent, TenantContent, named_by
from generator.deploy.tool import TOOL
from generator.deploy.workspace import Workspace, read_workspace
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES
from generator.kinds.kind import Resource
from tests.cli.commands import KILL_SECONDS
from tests.deploy.conftest import target_at
from tests.deploy.rules import LIMITS, content, desired, rule_id
from tests.kinds.notes import NOTES, Memory, note

RULE, NOTE = ANALYTIC_RULES.name, NOTES.name
SAME = rule_id(0)
"""The name of a rule and of a note."""


@pytest.fixture(autouse=True)
def _two_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    # Notes come first, as what queries name does.
    for name, kind in {NOTE: NOTES, **generator.kinds._KINDS}.items():
        monkeypatch.delitem(generator.kinds._KINDS, name, raising=False)
        monkeypatch.setitem(generator.kinds._KINDS, name, kind)
    monkeypatch.setattr("generator.deploy.verify.PAUSES", (0.01,))


def notes(*wanted: Resource, retired: tuple[str, ...] = ()) -> KindContent:
    gone = {name: f"area/{name}" for name in retired}
    owned = gone | {one.id.casefold(): one.label for one in wanted}
    return KindContent(NOTE, wanted, owned, frozenset(gone), {})


def both(rules: KindContent, of_notes: KindContent) -> TenantContent:
    """Return content in which notes go first."""
    users = {key: one.label for one in rules.desired for key in named_by(one.body)}
    return TenantContent((of_notes, rules), users=users)


@dataclass
class World:
    log: list[tuple[str, str, str]] = field(default_factory=list)
    lives: dict[str, Memory] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lives = {kind: Memory(kind, self.log) for kind in (NOTE, RULE)}

    def workspaces(self, wanted: TenantContent) -> dict[str, Workspace]:
        return {
            part.kind: read_workspace(self.lives[part.kind].listed(), part.owned, part.kind)
            for part in wanted.kinds
        }

    def plan(self, wanted: TenantContent, *, prune: bool = False) -> Plan:
        there = self.workspaces(wanted)
        actions = [
            action
            for part in wanted.kinds
            for action in plan_actions(part, there[part.kind], PlanOptions(prune=prune))
        ]
        return Plan("lab", "/w", TOOL, wanted.hash, tuple(actions))

    def deploy(
        self, wanted: TenantContent, *, prune: bool = False, concurrency: int = 1
    ) -> Deployment:
        plan, there = self.plan(wanted, prune=prune), self.workspaces(wanted)
        sites: Mapping[str, Site] = {
            part.kind: Site(self.lives[part.kind], there[part.kind].ours, frozenset(part.owned))
            for part in wanted.kinds
        }
        self.log.clear()
        return apply_plan(sites, plan, Execution(concurrency=concurrency))


WANTED = both(content(desired(0), desired(1)), notes(note(SAME), note("b")))


def naming(number: int, *names: str) -> Resource:
    """Return a rule whose query names some notes."""
    return desired(number, query=f"SigninLogs | where {' and '.join(f'note({n})' for n in names)}")


def test_what_a_query_names_is_written_first_and_deleted_last() -> None:
    world = World()
    wanted = both(content(naming(0, SAME), naming(1, SAME, "b")), notes(note(SAME), note("b")))
    assert world.deploy(wanted).is_complete
    log = [(kind, name) for _, kind, name in world.log]
    assert log.index((NOTE, SAME)) < log.index((RULE, rule_id(0)))
    assert max(log.index((NOTE, SAME)), log.index((NOTE, "b"))) < log.index((RULE, rule_id(1)))
    gone = both(content(retired=(0, 1)), notes(retired=(SAME, "b")))
    assert world.deploy(gone, prune=True).is_complete
    assert [(what, kind) for what, kind, _ in world.log] == [
        *[("delete", RULE)] * 2,
        *[("delete", NOTE)] * 2,
    ]


class Meeting(Memory):
    """A kind of which nothing is written before something of the other one is."""

    def __init__(self, kind: str, log: list[tuple[str, str, str]], met: threading.Barrier) -> None:
        super().__init__(kind, log)
        self._met = met

    def put(self, *arguments: Any, **options: Any) -> Mapping[str, Any]:
        self._met.wait()
        return super().put(*arguments, **options)


class ReadBack(Memory):
    """A kind that tells when it is listed with something in it, as it is after the writes."""

    def __init__(self, kind: str, log: list[tuple[str, str, str]], told: threading.Event) -> None:
        super().__init__(kind, log)
        self._told = told

    def listed(self) -> Iterator[Mapping[str, Any]]:
        if self.held:
            self._told.set()
        return super().listed()


class Awaiting(Memory):
    """A kind of which nothing is written before the other one has been read back."""

    def __init__(self, kind: str, log: list[tuple[str, str, str]], told: threading.Event) -> None:
        super().__init__(kind, log)
        self._told = told

    def put(self, *arguments: Any, **options: Any) -> Mapping[str, Any]:
        assert self._told.wait(KILL_SECONDS)
        return super().put(*arguments, **options)


def test_kinds_of_which_none_names_the_other_are_written_side_by_side() -> None:
    world = World()
    met = threading.Barrier(2, timeout=KILL_SECONDS)
    world.lives = {kind: Meeting(kind, world.log, met) for kind in world.lives}
    wanted = both(content(desired(0)), notes(note("b")))
    assert world.deploy(wanted, concurrency=2).is_complete
    assert len(world.log) == 2


def test_a_kind_is_read_back_while_another_is_written() -> None:
    world = World()
    told = threading.Event()
    world.lives = {
        NOTE: ReadBack(NOTE, world.log, told),
        RULE: Awaiting(RULE, world.log, told),
    }
    wanted = both(content(desired(0)), notes(note("b")))
    assert world.deploy(wanted, concurrency=2).is_complete


def test_one_name_in_two_kinds_is_two_resources() -> None:
    world = World()
    world.deploy(WANTED)
    without = both(content(desired(0), desired(1)), notes(note("b"), retired=(SAME,)))
    assert world.deploy(without, prune=True).is_complete
    assert world.log == [("delete", NOTE, SAME)]
    assert SAME in world.lives[RULE].held


def test_a_second_deployment_has_nothing_to_do() -> None:
    world = World()
    world.deploy(WANTED)
    assert {a.action for a in world.plan(WANTED).actions} == {ActionKind.UNCHANGED}
    assert world.deploy(WANTED).is_complete
    assert world.log == []


def test_a_failure_in_one_kind_does_not_stop_the_other() -> None:
    world = World()
    world.lives[NOTE].broken[SAME] = InvalidError("not like this")
    deployment = world.deploy(WANTED)
    assert {(r.action.content_kind, r.action.id): r.outcome for r in deployment.results} == {
        (NOTE, SAME): Outcome.FAILED,
        (NOTE, "b"): Outcome.DONE,
        (RULE, rule_id(0)): Outcome.DONE,
        (RULE, rule_id(1)): Outcome.DONE,
    }


NOT_THERE_YET = InvalidError("400: Failed to resolve scalar expression named 'Reason'")


@pytest.mark.parametrize(
    ("times", "named", "error", "outcome"),
    [
        (3, "b", NOT_THERE_YET, Outcome.DONE),
        (99, "b", NOT_THERE_YET, Outcome.FAILED),
        (1, "c", NOT_THERE_YET, Outcome.FAILED),
        (1, "b", InvalidError("400: the period is too long"), Outcome.FAILED),
    ],
    ids=["in time", "never", "it names nothing that was just written", "another error"],
)
def test_what_refers_to_what_was_just_written_is_tried_again_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
    times: int,
    named: str,
    error: InvalidError,
    outcome: Outcome,
) -> None:
    monkeypatch.setattr("generator.deploy.kind_run.SETTLING_PAUSES", (0.01,) * 4)
    world = World()
    world.lives[RULE].broken[rule_id(0)] = error
    world.lives[RULE].broken_for[rule_id(0)] = times
    wanted = both(content(naming(0, named)), notes(note("b")))
    deployment = world.deploy(wanted)
    (result,) = (r for r in deployment.results if r.action.content_kind == RULE)
    assert result.outcome is outcome


def test_a_service_that_is_gone_is_gone_for_every_kind() -> None:
    world = World()
    names = ["a", "b", "c"]
    world.lives[NOTE].broken = dict.fromkeys(names, UnreachableError("nobody there"))
    deployment = world.deploy(both(content(naming(0, *names)), notes(*map(note, names))))
    (of_the_rule,) = (r for r in deployment.results if r.action.content_kind == RULE)
    assert of_the_rule.outcome is Outcome.NOT_ATTEMPTED
    assert deployment.ended_early is not None


def test_drift_is_told_by_kind() -> None:
    world = World()
    world.deploy(WANTED)
    held = world.lives[NOTE].held
    held[SAME] = {**held[SAME], "properties": {**held[SAME]["properties"], "text": "other"}}
    (drift,) = find_drift(WANTED, world.workspaces(WANTED))
    assert (drift.content_kind, drift.id, drift.status) == (NOTE, SAME, DriftStatus.CHANGED)
    assert [change.path for change in drift.changes] == ["properties.text"]


def test_what_moved_of_one_kind_is_stale_and_its_namesake_goes_on() -> None:
    world = World()
    world.deploy(WANTED)
    changed = both(
        content(desired(0, severity="Low"), desired(1)), notes(note(SAME, "new"), note("b"))
    )
    plan = world.plan(changed)
    etag = world.lives[NOTE].held[SAME]["etag"]
    world.lives[NOTE].put(SAME, note(SAME, "of somebody").body, etag)
    _, stale = held_against(plan, world.plan(changed), world.workspaces(changed))
    assert [(r.action.content_kind, r.action.id) for r in stale] == [(NOTE, SAME)]


def test_a_plan_of_two_kinds_comes_back_from_its_file(tmp_path: Path) -> None:
    plan = World().plan(WANTED)
    write_plan(plan, tmp_path / "plan.json")
    assert read_plan(tmp_path / "plan.json").actions == plan.actions
    assert {a["contentKind"] for a in plan_document(plan)["actions"]} == {RULE, NOTE}


def test_a_plan_that_calls_a_note_a_rule_is_refused() -> None:
    plan = World().plan(WANTED)
    target = target_at("http://127.0.0.1:1")
    renamed = replace(plan.actions[0], content_kind=RULE)
    altered = replace(plan, actions=(renamed, *plan.actions[1:]))
    with pytest.raises(AlteredPlanError):
        check_wishes(altered, target, WANTED)
    plan = replace(plan, content_hash=basis_of(WANTED, PlanOptions(), target))
    assert check_wishes(plan, target, WANTED) == PlanOptions()


def test_a_snapshot_keeps_the_kinds_apart(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    items = [
        Item(NOTE, {"name": SAME, **note(SAME).body}),
        Item(RULE, {"name": SAME, **desired(0).body}, ()),
    ]
    assert write_snapshot(path, "/w", datetime(2026, 1, 1, tzinfo=UTC), items) == 2
    assert read_snapshot(path, "/w").items == tuple(items)
    document = json.loads(path.read_text("utf-8"))
    for odd in ([], None, "nothing", 7):
        document["rules"][0]["contentKind"] = odd
        path.write_text(json.dumps(document), "utf-8")
        with pytest.raises(SnapshotError):
            read_snapshot(path, "/w")


def test_files_of_before_there_were_kinds_are_read(tmp_path: Path) -> None:
    plan = replace(World().plan(both(content(desired(0)), notes())))
    document = plan_document(plan) | {"version": 1}
    for action in document["actions"]:
        del action["contentKind"]
    (tmp_path / "plan.json").write_text(json.dumps(document), "utf-8")
    assert read_plan(tmp_path / "plan.json").actions == plan.actions
    rule = {"name": SAME, **desired(0).body, "actions": []}
    snapshot = {"version": 1, "workspaceId": "/w", "takenAt": "2026-01-01T00:00:00.000000Z"}
    (tmp_path / "old.json").write_text(json.dumps(snapshot | {"rules": [rule]}), "utf-8")
    (item,) = read_snapshot(tmp_path / "old.json", "/w").items
    assert (item.kind, item.name, item.actions) == (RULE, SAME, ())


def test_limits_of_rules_say_nothing_of_notes() -> None:
    world = World()
    tight = replace(content(desired(0)), limits=dict.fromkeys(LIMITS, 0))
    actions = world.plan(both(tight, notes(note("a")))).actions
    assert [(a.content_kind, a.action) for a in actions] == [
        (NOTE, ActionKind.CREATE),
        (RULE, ActionKind.BLOCKED),
    ]


def looking_up(number: int, *names: str) -> Resource:
    query = " ".join(f"note({name})" for name in names)
    return desired(number, query=f"SigninLogs | where {query}")


def test_a_plan_says_what_waits_for_what_it_creates() -> None:
    world = World()
    wanted = both(content(looking_up(0, "a", "gone"), desired(1)), notes(note("a"), note("b")))
    assert list(waiting_notes(world.plan(wanted).actions, wanted)) == [
        "area/rule-0000 waits for notes/area/a"
    ]
    world.deploy(wanted)
    assert list(waiting_notes(world.plan(wanted).actions, wanted)) == []


def test_what_a_query_refers_to_is_not_deleted_from_under_it() -> None:
    world = World()
    world.deploy(both(content(looking_up(0, "A")), notes(note("a"), note("b"))))
    wanted = both(content(looking_up(0, "A")), notes(retired=("a", "b")))
    plan = world.plan(wanted, prune=True)
    kept = not_deleted_from_under(plan.actions, wanted.narrowed([NOTE]))
    assert {a.id: a.action for a in kept if a.content_kind == NOTE} == {
        "a": ActionKind.BLOCKED,
        "b": ActionKind.DELETE,
    }
    (blocked,) = (a for a in kept if a.action is ActionKind.BLOCKED)
    assert blocked.reason is not None
    assert blocked.reason.endswith("the query of area/rule-0000 refers to it")
