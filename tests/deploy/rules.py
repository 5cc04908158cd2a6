"""Rule bodies for tests of the deployment: small, valid at the service, different by a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.deploy.apply import Execution, Site, apply_plan
from generator.deploy.plan import Plan
from generator.deploy.results import Deployment, Result
from generator.deploy.tenant_content import KindContent
from generator.deploy.workspace import Workspace
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES
from generator.kinds.kind import LiveApi, Resource

LIMITS = {"Scheduled": 512, "NRT": 50}


def rule_id(number: int) -> str:
    return f"aaaaaaaa-0000-4000-8000-{number:012d}"


def body(number: int, *, kind: str = "Scheduled", **properties: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "displayName": f"Rule {number}",
        "description": f"Finds things, number {number}",
        "severity": "Medium",
        "enabled": True,
        "query": f"SigninLogs\n| where ResultType == {number}",
        "suppressionDuration": "PT5H",
        "suppressionEnabled": False,
        "tactics": ["Persistence"],
        "techniques": ["T1098"],
    }
    if kind == "Scheduled":
        base |= {
            "queryFrequency": "PT1H",
            "queryPeriod": "PT2H",
            "triggerOperator": "GreaterThan",
            "triggerThreshold": 0,
        }
    return {"kind": kind, "properties": base | properties}


def desired(number: int, **properties: Any) -> Resource:
    label = f"area/rule-{number:04d}"
    return ANALYTIC_RULES.resource_of(rule_id(number), label, body(number, **properties))


def content(*rules: Resource, retired: tuple[int, ...] = (), **limits: int) -> KindContent:
    owned = {rule.id.casefold(): rule.label for rule in rules}
    gone = {rule_id(number): f"area/retired-{number:04d}" for number in retired}
    return KindContent(ANALYTIC_RULES.name, rules, gone | owned, frozenset(gone), LIMITS | limits)


def carried_out(
    client: LiveApi,
    plan: Plan,
    workspace: Workspace,
    wanted: KindContent,
    refused: Sequence[Result] = (),
    *,
    room_first: bool = False,
    **options: Any,
) -> Deployment:
    """Carry out a plan for rules alone."""
    site = Site(client, workspace.ours, frozenset(wanted.owned), room_first)
    return apply_plan({ANALYTIC_RULES.name: site}, plan, Execution(**options), refused)
