"""Names are unique in a workspace: who takes one waits for whoever has it."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.azure.errors import ConflictError
from generator.deploy.order import order_of
from generator.deploy.plan import PlanOptions
from generator.deploy.plan_actions import plan_actions
from generator.deploy.results import Deployment, Outcome
from generator.deploy.tenant_content import KindContent
from generator.deploy.workspace import LiveRule, Workspace
from generator.kinds.analytic_rule.live import LiveRules
from tests.deploy.conftest import RULES, Lab, Portal, rules_at, target_at
from tests.deploy.hostile import Hostile, Reply, hostile_service
from tests.deploy.rules import body, carried_out, content, desired, rule_id
from tests.deploy.test_deployment import deploy, outcomes, plan_of


class UniqueNames:
    """A workspace in which a name is taken once; one request at a time."""

    def __init__(self, **names: str) -> None:
        self.etags = count()
        self.rules = {
            rule_id(int(number[1:])): self.written(int(number[1:]), displayName=name)
            for number, name in names.items()
        }
        self.undeletable: set[str] = set()
        self.etags_of_writes = True
        self.etags_of_reads = True
        self.seen = Hostile()

    def written(self, number: int, **properties: Any) -> dict[str, Any]:
        return {"name": rule_id(number), "etag": f'"{next(self.etags)}"'} | body(
            number, **properties
        )

    def answer(self, method: str, path: str) -> Reply:
        path = path.partition("?")[0]
        name = path.rpartition("/")[2]
        if path == RULES:
            return _reply({"value": list(self.rules.values())})
        if method == "DELETE" and name in self.undeletable:
            return _reply({"error": {"code": "ScopeLocked", "message": "locked"}}, 409)
        if method == "DELETE":
            self.rules.pop(name, None)
            return _reply({})
        if method == "PUT":
            sent = json.loads(self.seen.bodies[-1])
            title = sent["properties"]["displayName"]
            others = {r["properties"]["displayName"] for n, r in self.rules.items() if n != name}
            if title in others:
                return _reply({"error": {"code": "BadRequest", "message": "name is taken"}}, 400)
            sent |= {"name": name, "etag": f'"{next(self.etags)}"'}
            self.rules[name] = sent
            return _reply(_with_etag(sent, wanted=self.etags_of_writes))
        found = self.rules.get(name)
        return _reply(
            found and _with_etag(found, wanted=self.etags_of_reads), 200 if found else 404
        )

    def names(self) -> dict[str, str]:
        return {n: r["properties"]["displayName"] for n, r in self.rules.items()}

    def deploy(self, wanted: KindContent, **options: Any) -> Deployment:
        with hostile_service(self.answer) as seen, rules_at(target_at(seen.url)) as client:
            self.seen = seen
            plan, workspace = plan_of(Lab(Portal(seen.url), client), wanted, **options)
            return carried_out(client, plan, workspace, wanted, concurrency=1)


def _reply(document: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(document).encode())


@pytest.mark.parametrize(
    ("live", "wanted"),
    [
        ({"r0": "A", "r1": "B"}, {0: "B", 1: "A"}),
        ({"r0": "A", "r1": "B", "r2": "C"}, {0: "B", 1: "C", 2: "A"}),
        ({"r0": "A", "r1": "B", "r2": "C"}, {0: "B", 1: "C", 2: "D"}),
        ({"r0": "A", "r1": "B"}, {0: "B", 1: "C", 2: "A"}),
        ({"r0": "A", "r1": "B", "r2": "C", "r3": "D"}, {0: "B", 1: "A", 2: "D", 3: "C"}),
        ({"r0": "A"}, {0: "B", 1: "A"}),
    ],
    ids=str,
)
def test_rules_that_take_each_other_s_names_converge(
    live: dict[str, str], wanted: dict[int, str]
) -> None:
    service = UniqueNames(**live)
    target = content(*(desired(number, displayName=name) for number, name in wanted.items()))
    deployment = service.deploy(target)
    assert [result.error for result in deployment.results] == [None] * len(wanted)
    assert service.names() == {rule_id(number): name for number, name in wanted.items()}
    assert service.deploy(target).is_complete


def test_a_rule_is_not_created_beside_the_one_that_it_replaces() -> None:
    service = UniqueNames(r1="Same")
    service.undeletable.add(rule_id(1))
    wanted = content(desired(0, displayName="Same"), retired=(1,))
    deployment = service.deploy(wanted, prune=True)
    assert set(outcomes(deployment).values()) <= {Outcome.REFUSED, Outcome.FAILED}
    assert service.names() == {rule_id(1): "Same"}
    (created,) = [r for r in deployment.results if r.action.id == rule_id(0)]
    assert f"still that of rule {rule_id(1)}" in (created.error or "")


def test_where_the_deletion_was_refused_as_stale_nothing_takes_the_name(lab: Lab) -> None:
    lab.portal.call("PUT", f"/{rule_id(1)}", body(1, displayName="Same"))
    wanted = content(desired(0, displayName="Same"), retired=(1,))
    plan, workspace = plan_of(lab, wanted, prune=True)
    lab.portal.edit(rule_id(1), severity="High")
    deployment = carried_out(lab.client, plan, workspace, wanted)
    assert set(outcomes(deployment).values()) == {Outcome.REFUSED}
    assert not lab.portal.has(rule_id(0))
    assert deploy(lab, wanted, prune=True).is_complete
    assert lab.portal.has(rule_id(0))


def test_a_swap_of_which_one_half_is_refused_leaves_both_names_as_they_were() -> None:
    service = UniqueNames(r0="A", r1="B")
    target = content(desired(0, displayName="B"), desired(1, displayName="A"))
    put = LiveRules.put

    def refusing(client: LiveRules, name: str, *arguments: Any, **options: Any) -> Any:
        if name == rule_id(1):
            raise ConflictError("somebody edits it")
        return put(client, name, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LiveRules, "put", refusing)
        deployment = service.deploy(target)
    assert set(outcomes(deployment).values()) == {Outcome.REFUSED}
    assert service.names() == {rule_id(0): "A", rule_id(1): "B"}
    assert service.deploy(target).is_complete


def test_a_service_that_answers_writes_without_an_etag_is_asked_for_it_in_a_swap() -> None:
    service = UniqueNames(r0="A", r1="B")
    service.etags_of_writes = False
    target = content(desired(0, displayName="B"), desired(1, displayName="A"))
    assert service.deploy(target).is_complete
    assert service.names() == {rule_id(0): "B", rule_id(1): "A"}


def test_a_rule_that_stepped_aside_and_cannot_go_on_is_named_as_it_is_called_now() -> None:
    service = UniqueNames(r0="A", r1="B")
    service.etags_of_writes = service.etags_of_reads = False
    target = content(desired(0, displayName="B"), desired(1, displayName="A"))
    errors = [result.error or "" for result in service.deploy(target).results]
    (odd,) = [name for name in service.names().values() if name not in {"A", "B"}]
    assert any(f"it is called {odd!r} until the next run" in error for error in errors)


@given(st.permutations(range(6)), st.sets(st.integers(0, 5)), st.booleans())
def test_no_phase_holds_a_rule_and_the_one_that_it_waits_for(
    names: list[int], gone: set[int], room: bool
) -> None:
    bases = {
        rule_id(n): LiveRule(
            rule_id(n), {"name": rule_id(n), "etag": '"e"'} | body(n, displayName=f"N{n}")
        )
        for n in range(6)
    }
    rules = [desired(n, displayName=f"N{names[n]}") for n in range(6) if n not in gone]
    wanted = content(*rules, retired=tuple(sorted(gone)))
    actions = plan_actions(wanted, Workspace(bases, ()), PlanOptions(prune=True))
    waiting = [action for action in actions if action.writes]
    order = order_of(waiting, actions, bases, room_first=room)
    done: set[str] = {action.id for action in order.parked}
    phases = (*order.phases, order.deletions)
    assert sorted(a.id for phase in phases for a in phase) == sorted(a.id for a in waiting)
    for phase in phases:
        for action in phase:
            assert order.holders.get(action.id, frozenset()) <= done
        done |= {action.id for action in phase}


def _with_etag(rule: dict[str, Any], *, wanted: bool) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if wanted or name != "etag"}
