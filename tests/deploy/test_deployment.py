"""Whole deployments over a socket, through the SDK, against the emulator."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from generator.azure.errors import ConflictError, RecentlyDeletedError
from generator.deploy.drift import DriftStatus, find_drift
from generator.deploy.plan import ActionKind, Plan, PlanOptions
from generator.deploy.plan_actions import plan_actions
from generator.deploy.results import Deployment, Outcome
from generator.deploy.stale import held_against
from generator.deploy.tenant_content import KindContent, TenantContent
from generator.deploy.tool import TOOL
from generator.deploy.workspace import Workspace, read_workspace
from generator.emulator.rule_documents import stored_properties
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES
from generator.kinds.analytic_rule.live import LiveRules
from generator.kinds.analytic_rule.shape import SHAPE
from tests.deploy.conftest import RULES, Lab, Portal, rules_at, target_at
from tests.deploy.hostile import Reply, hostile_service
from tests.deploy.rules import body, carried_out, content, desired, rule_id


def plan_of(lab: Lab, wanted: KindContent, **options: Any) -> tuple[Plan, Workspace]:
    workspace = read_workspace(lab.client.listed(), wanted.owned)
    actions = plan_actions(wanted, workspace, PlanOptions(**options))
    target = target_at(lab.portal.url)
    return Plan(
        "lab", target.workspace_id, TOOL, wanted.hash, actions, len(workspace.ours)
    ), workspace


def deploy(lab: Lab, wanted: KindContent, **options: Any) -> Deployment:
    plan, workspace = plan_of(lab, wanted, **options)
    return carried_out(lab.client, plan, workspace, wanted)


def outcomes(deployment: Deployment) -> dict[str, Outcome]:
    return {result.action.id: result.outcome for result in deployment.results}


def is_live(portal: Portal, wanted: KindContent) -> bool:
    live = portal.rules()
    return all(
        rule.id in live and not SHAPE.changes(live[rule.id], rule.body) for rule in wanted.desired
    )


THREE = content(*(desired(number) for number in range(3)))


def test_a_first_deployment_creates_and_a_second_one_writes_nothing(lab: Lab) -> None:
    assert deploy(lab, THREE).is_complete
    assert is_live(lab.portal, THREE)
    before = lab.portal.rules()
    again = deploy(lab, THREE)
    assert set(outcomes(again).values()) == {Outcome.UNCHANGED}
    # Every write gives a rule a new etag, so equal etags mean zero writes.
    assert lab.portal.rules() == before


def test_near_real_time_rules_and_sub_techniques_arrive_whole(lab: Lab) -> None:
    wanted = content(desired(1, kind="NRT", subTechniques=["T1098.001"]))
    assert deploy(lab, wanted).is_complete
    live = lab.portal.rules()[rule_id(1)]
    assert live["kind"] == "NRT"
    assert live["properties"]["subTechniques"] == ["T1098.001"]


def test_an_edit_in_the_portal_is_drift_and_is_healed(lab: Lab) -> None:
    deploy(lab, THREE)
    lab.portal.edit(rule_id(1), enabled=False, severity="Low")
    workspace = read_workspace(lab.client.listed(), THREE.owned)
    (drift,) = find_drift(TenantContent((THREE,)), {ANALYTIC_RULES.name: workspace})
    assert drift.status is DriftStatus.CHANGED
    assert [change.path for change in drift.changes] == [
        "properties.enabled",
        "properties.severity",
    ]
    assert deploy(lab, THREE).is_complete
    assert is_live(lab.portal, THREE)


def test_fields_that_nobody_knows_survive_an_update(lab: Lab) -> None:
    deploy(lab, THREE)
    lab.portal.edit(rule_id(1), severity="Low", newFeature={"mode": "on"})
    assert deploy(lab, THREE).is_complete
    properties = lab.portal.rules()[rule_id(1)]["properties"]
    assert properties["newFeature"] == {"mode": "on"}
    assert properties["severity"] == "Medium"


def test_pruning_takes_only_what_is_ours(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(foreign=500)
    foreign = json.dumps(lab.portal.rules(), sort_keys=True)
    deploy(lab, THREE)
    left = content(desired(0), retired=(1,))
    kept = replace(left, owned={**THREE.owned, **left.owned})
    without = deploy(lab, kept)
    assert without.is_complete
    assert lab.portal.has(rule_id(1))
    assert deploy(lab, kept, prune=True).is_complete
    assert not lab.portal.has(rule_id(1))
    assert not lab.portal.has(rule_id(2))
    rules = lab.portal.rules()
    del rules[rule_id(0)]
    assert json.dumps(rules, sort_keys=True) == foreign


def test_an_edit_between_plan_and_write_is_never_overwritten(lab: Lab) -> None:
    deploy(lab, THREE)
    changed = content(desired(0), desired(1, severity="High"), desired(2, severity="High"))
    plan, workspace = plan_of(lab, changed)
    lab.portal.edit(rule_id(1), query="SigninLogs\n| take 5")
    deployment = carried_out(lab.client, plan, workspace, changed)
    assert outcomes(deployment) == {
        rule_id(0): Outcome.UNCHANGED,
        rule_id(1): Outcome.REFUSED,
        rule_id(2): Outcome.DONE,
    }
    assert lab.portal.rules()[rule_id(1)]["properties"]["query"] == "SigninLogs\n| take 5"


def test_when_only_the_etag_moved_the_update_goes_on(lab: Lab) -> None:
    deploy(lab, THREE)
    changed = content(desired(0), desired(1, severity="High"), desired(2))
    plan, workspace = plan_of(lab, changed)
    lab.portal.edit(rule_id(1))
    assert carried_out(lab.client, plan, workspace, changed).is_complete
    assert is_live(lab.portal, changed)


def test_a_rule_that_somebody_made_meanwhile_is_not_overwritten(lab: Lab) -> None:
    plan, workspace = plan_of(lab, THREE)
    lab.portal.call("PUT", f"/{rule_id(2)}", body(2, severity="Low"))
    deployment = carried_out(lab.client, plan, workspace, THREE)
    assert outcomes(deployment)[rule_id(2)] is Outcome.REFUSED
    assert lab.portal.rules()[rule_id(2)]["properties"]["severity"] == "Low"


def test_a_rule_that_was_edited_is_not_deleted(lab: Lab) -> None:
    deploy(lab, THREE)
    none = replace(THREE, desired=())
    plan, workspace = plan_of(lab, none, prune=True)
    lab.portal.edit(rule_id(1), severity="High")
    deployment = carried_out(lab.client, plan, workspace, none)
    assert outcomes(deployment)[rule_id(1)] is Outcome.REFUSED
    assert lab.portal.has(rule_id(1))


def test_a_kind_changes_only_by_deleting_and_creating(lab: Lab) -> None:
    deploy(lab, THREE)
    changed = content(desired(0), desired(1, kind="NRT"), desired(2))
    plan, _ = plan_of(lab, changed)
    assert [a.id for a in plan.of(ActionKind.BLOCKED)] == [rule_id(1)]
    assert deploy(lab, changed, recreate=frozenset({rule_id(1)})).is_complete
    assert is_live(lab.portal, changed)


def test_a_rule_that_the_service_refuses_does_not_stop_the_others(lab: Lab) -> None:
    wanted = content(desired(0), desired(1, queryFrequency="PT1M"), desired(2))
    deployment = deploy(lab, wanted)
    assert outcomes(deployment) == {
        rule_id(0): Outcome.DONE,
        rule_id(1): Outcome.FAILED,
        rule_id(2): Outcome.DONE,
    }
    assert not deployment.is_complete


@pytest.mark.parametrize(
    "fault",
    [
        {"on": "PUT *", "times": 2, "status": 500},
        {"on": "PUT *", "times": 2, "status": 429},
        {"on": "PUT *", "times": 2, "drop": "before"},
        {"on": "PUT *", "times": 2, "drop": "after"},
        {"on": "GET *", "times": 2, "staleList": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("changed", [False, True], ids=["creating", "updating"])
def test_faults_on_the_way_change_nothing_about_the_end(
    make_lab: Callable[..., Lab], fault: dict[str, Any], changed: bool
) -> None:
    lab = make_lab(faults=[fault])
    if changed:
        for rule in THREE.desired:
            document = {**rule.body, "properties": {**rule.body["properties"], "severity": "Low"}}
            # Whoever repeats a creation that is done already is refused by its own condition.
            with suppress(ConflictError):
                lab.client.put(rule.id, document, None)
    deployment = deploy(lab, THREE)
    if not deployment.is_complete:
        deployment = deploy(lab, THREE)
    assert deployment.is_complete
    assert is_live(lab.portal, THREE)


def test_an_old_plan_goes_on_where_the_rules_are_as_planned_and_leaves_those_that_moved(
    lab: Lab,
) -> None:
    deploy(lab, THREE)
    changed = content(*(desired(number, severity="High") for number in range(3)))
    plan, _ = plan_of(lab, changed)
    lab.portal.edit(rule_id(1), severity="Low")
    lab.portal.edit(rule_id(2))  # somebody saved it as it was: only its etag is another
    fresh, now = plan_of(lab, changed)
    held, stale = held_against(plan, fresh, {ANALYTIC_RULES.name: now})
    moved = [rule_id(1), rule_id(2)]
    assert [(r.action.id, r.outcome) for r in stale] == [(key, Outcome.REFUSED) for key in moved]
    deployment = carried_out(lab.client, held, now, changed, stale)
    assert outcomes(deployment) == {
        rule_id(0): Outcome.DONE,
        rule_id(1): Outcome.REFUSED,
        rule_id(2): Outcome.REFUSED,
    }


def test_room_under_the_limit_is_made_before_it_is_needed(lab: Lab) -> None:
    many = content(*(desired(number, kind="NRT") for number in range(50)))
    assert deploy(lab, many).is_complete
    new = [desired(number, kind="NRT") for number in range(10, 60)]
    moved = replace(many, desired=tuple(new), owned={**many.owned, **content(*new).owned})
    plan, workspace = plan_of(lab, moved, prune=True)
    assert not plan.of(ActionKind.BLOCKED)
    assert carried_out(lab.client, plan, workspace, moved, room_first=True).is_complete
    assert is_live(lab.portal, moved)


def test_a_service_that_dies_on_the_way_ends_the_deployment(
    make_lab: Callable[..., Lab], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.azure.pipeline.BACKOFF_FACTOR", 0.001)
    monkeypatch.setattr("generator.azure.pipeline.LONGEST_BACKOFF", 0.01)
    lab = make_lab(faults=[{"on": "PUT *", "status": 500}])
    wanted = content(*(desired(number) for number in range(40)))
    deployment = deploy(lab, wanted)
    assert deployment.ended_early is not None
    ended = list(outcomes(deployment).values())
    assert ended.count(Outcome.NOT_ATTEMPTED) > 20
    assert set(ended) == {Outcome.FAILED, Outcome.NOT_ATTEMPTED}


def test_a_lost_answer_to_a_deletion_is_recognised(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(faults=[{"on": "DELETE *", "times": 1, "drop": "after"}])
    deploy(lab, THREE)
    none = replace(THREE, desired=())
    assert deploy(lab, none, prune=True).is_complete
    assert not lab.portal.has(rule_id(0))


def test_a_rule_that_is_deleted_and_cannot_come_back_is_said_first(
    make_lab: Callable[..., Lab], monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = make_lab()
    deploy(lab, THREE)

    def recently_deleted(*_: object, **_options: object) -> None:
        raise RecentlyDeletedError("try later")

    monkeypatch.setattr(lab.client, "put", recently_deleted)
    changed = content(desired(0), desired(1, kind="NRT"), desired(2))
    deployment = deploy(lab, changed, recreate=frozenset({rule_id(1)}))
    (failed,) = [result for result in deployment.results if not result.is_good]
    assert (failed.error or "").startswith("the rule was deleted and is not created again")


@pytest.mark.parametrize(
    "asked", ["999999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "inf", "x" * 30], ids=str
)
def test_a_service_that_throttles_for_ever_ends_a_deployment_with_a_result_for_each_rule(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.azure.pacing.THROTTLED_BUDGET", 1.0)
    monkeypatch.setattr("generator.azure.pipeline.THROTTLED_BUDGET", 0.5)

    def answer(method: str, path: str) -> Reply:
        if method == "PUT":
            return Reply(429, b"{}", {"Retry-After": asked})
        if path.startswith(f"{RULES}/"):
            return Reply(404, b"{}")
        return Reply(body=b'{"value": []}')

    wanted = content(*(desired(number) for number in range(40)))
    with hostile_service(answer) as seen, rules_at(target_at(seen.url)) as client:
        deployment = deploy(Lab(Portal(seen.url), client), wanted)
    assert len(deployment.results) == 40
    assert {result.outcome for result in deployment.results} <= {
        Outcome.FAILED,
        Outcome.NOT_ATTEMPTED,
    }
    assert deployment.ended_early is not None
    assert "takes no more requests" in deployment.ended_early


def test_what_nobody_foresaw_in_one_worker_is_that_rule_s_failure(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = LiveRules.put

    def odd(client: LiveRules, name: str, *arguments: Any, **options: Any) -> dict[str, Any]:
        if name == rule_id(1):
            raise ZeroDivisionError("\x1b[31m")
        return put(client, name, *arguments, **options)

    monkeypatch.setattr(LiveRules, "put", odd)
    deployment = deploy(lab, THREE)
    assert outcomes(deployment) == {
        rule_id(0): Outcome.DONE,
        rule_id(1): Outcome.FAILED,
        rule_id(2): Outcome.DONE,
    }
    (failed,) = [result for result in deployment.results if result.error]
    assert failed.error == r"internal error: ZeroDivisionError: \x1b[31m"
    assert not deployment.is_complete


FILLED_IN = {"incidentConfiguration": {"createIncident": True}}


@pytest.fixture
def filling_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the service fill in a member that was not sent."""

    def fill(kind: str, sent: dict[str, Any], now: datetime) -> dict[str, Any]:
        return stored_properties(kind, FILLED_IN | sent if kind == "Scheduled" else sent, now)

    monkeypatch.setattr("generator.emulator.alert_rules.stored_properties", fill)


@pytest.mark.usefixtures("filling_in")
def test_what_the_answer_to_our_own_write_shows_filled_in_is_no_failure(lab: Lab) -> None:
    wanted = content(desired(1))
    for _ in range(2):
        deployment = deploy(lab, wanted)
        assert deployment.is_complete
        (result,) = deployment.results
        (change,) = result.filled_in
        assert change.path == "properties.incidentConfiguration.createIncident"
    workspace = read_workspace(lab.client.listed(), wanted.owned)
    (drift,) = find_drift(TenantContent((wanted,)), {ANALYTIC_RULES.name: workspace})
    assert drift.status is DriftStatus.CHANGED


def test_what_the_service_changes_of_what_was_sent_is_a_failure(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "generator.emulator.alert_rules.stored_properties",
        lambda kind, sent, now: stored_properties(kind, sent | {"severity": "Low"}, now),
    )
    (result,) = deploy(lab, content(desired(1))).results
    assert result.outcome is Outcome.FAILED
    assert "properties.severity" in str(result.error)


def test_what_appears_after_our_own_write_is_no_member_that_the_service_filled_in(
    lab: Lab,
) -> None:
    wanted = content(desired(1))

    plan, workspace = plan_of(lab, wanted)
    edit = lambda _result: lab.portal.edit(rule_id(1), **FILLED_IN)  # noqa: E731 - in place
    (result,) = carried_out(lab.client, plan, workspace, wanted, on_result=edit).results
    assert result.filled_in == ()
    assert result.outcome is Outcome.FAILED
