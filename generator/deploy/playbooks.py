"""Playbook actions of rules: they die with their rule, so a plan names them and a rollback tries.

The service never gives a playbook's trigger URI back (the SDK's ActionResponse has none), and it
holds a signature, so it is a secret. Without it an action cannot be attached again; whoever rolls
back may hand the URIs in, and where none is given the loss is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from generator.azure.errors import GoneError, ServiceError, UnansweredError, printable
from generator.deploy.plan import Plan
from generator.kinds.analytic_rule.live import LiveRules

Body = Mapping[str, Any]


def with_losses(client: LiveRules, plan: Plan) -> Plan:
    """Return the plan with a reason for every deletion that takes playbook actions along.

    Raises ServiceError.
    """
    actions = []
    for action in plan.actions:
        loss = _loss(client, action.id) if action.deletes else None
        reason = "; ".join(filter(None, (action.reason, loss)))
        actions.append(action if loss is None else replace(action, reason=reason))
    return replace(plan, actions=tuple(actions))


def _loss(client: LiveRules, rule_id: str) -> str | None:
    try:
        playbooks = [logic_app(body) for body in client.actions(rule_id)]
    except GoneError:
        # The rule itself is said to be gone: what it had went with it, whoever deleted it.
        return None
    if not playbooks:
        return None
    return f"its playbook actions go with it: {', '.join(sorted(playbooks))}"


def missing(client: LiveRules, rule_id: str, wanted: Iterable[Body]) -> list[Body]:
    """Return the actions that a rule had and has no more as they were. Raises ServiceError.

    One that leads to another Logic App by now is not the one that it had. Of a rule that had none
    nothing is asked.
    """
    wanted = list(wanted)
    if not wanted:
        return []
    live = {_identity(body) for body in _actions(client, rule_id)}
    return [body for body in wanted if _identity(body) not in live]


def restore(
    client: LiveRules, rule_id: str, wanted: Iterable[Body], trigger_uris: Mapping[str, str]
) -> list[str]:
    """Attach the actions that a rule had and has no more; return what could not be done.

    `trigger_uris` are by lower-case resource id of the Logic App.
    """
    try:
        lost = missing(client, rule_id, wanted)
    except ServiceError as error:
        return [f"its playbook actions could not be read: {error}"]
    problems = (
        _attach(client, rule_id, str(body.get("name", "")), body, trigger_uris) for body in lost
    )
    return [problem for problem in problems if problem]


def _identity(body: Body) -> tuple[str, str]:
    """Return what makes an action the same one: its name, and what it calls."""
    return str(body.get("name", "")).casefold(), str(_called(body)).casefold()


def _called(body: Body) -> object:
    properties = body.get("properties")
    return properties.get("logicAppResourceId") if isinstance(properties, Mapping) else None


def logic_app(body: Body) -> str:
    """Return the resource id of an action's Logic App, fit for one line."""
    return printable(str(_called(body) or body.get("name")), 200)


def trigger_uri(body: Body, trigger_uris: Mapping[str, str]) -> str | None:
    """Return where an action's Logic App is called, None where nobody has said it."""
    return trigger_uris.get(str(_called(body)).casefold())


def _attach(
    client: LiveRules, rule_id: str, name: str, body: Body, trigger_uris: Mapping[str, str]
) -> str | None:
    # Only the operator says where a playbook is called: a file that was altered may name any place.
    uri = trigger_uri(body, trigger_uris)
    sent = {"logicAppResourceId": _called(body), "triggerUri": uri}
    try:
        client.put_action(rule_id, name, {key: value for key, value in sent.items() if value})
    except UnansweredError as silence:
        if not _is_attached(client, rule_id, body):
            return f"whether playbook {logic_app(body)} is attached is not known: {silence}"
    except ServiceError as error:
        advice = "" if uri else " (Sentinel gives no trigger URI back: use --trigger-uris FILE)"
        return f"playbook {logic_app(body)} is not attached again{advice}: {error}"
    return None


def _is_attached(client: LiveRules, rule_id: str, body: Body) -> bool:
    try:
        return not missing(client, rule_id, [body])
    except ServiceError:
        return False


def _actions(client: LiveRules, rule_id: str) -> list[dict[str, Any]]:
    try:
        return client.actions(rule_id)
    except GoneError:
        return []
