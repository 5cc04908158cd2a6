"""Plans as files: written for people and tools, read back as something not to be trusted.

A plan that is applied is made again from the content and the workspace (`stale`): the file decides
nothing, it only says what somebody has agreed to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.deploy.origin import read_origin
from generator.deploy.plan import Action, ActionKind, Plan, PlanOptions
from generator.deploy.plan_basis import basis_of, hash_of, is_for, options_in
from generator.deploy.tenant_content import TenantContent
from generator.deploy.tool import TOOL
from generator.deploy.workspace import is_enabled, switched
from generator.disk.atomic_files import write_atomically
from generator.disk.untrusted_json import read_json
from generator.kinds import KINDS, UNNAMED_KIND
from generator.kinds.kind import Resource
from generator.kinds.shape import Change
from generator.tenants.tenant import Target, Tenant
from generator.text.safe_text import safe_json

VERSION = 2
"""Version 1 knew analytics rules only and named no kind of content."""

_READ = (1, VERSION)
MAX_BYTES = 64 * 1024 * 1024

_PLAN_KEYS = {
    "version",
    "tenant",
    "workspaceId",
    "tool",
    "contentHash",
    "actions",
    "summary",
}
_ACTION_KEYS = {
    "id",
    "detection",
    "kind",
    "action",
    "etag",
    "reason",
    "changes",
    "desired",
    "origin",
    "contentKind",
}
_CHANGE_KEYS = {"path", "live", "desired"}


class PlanFileError(Exception):
    """A file is no plan, or a plan for something else."""


class AlteredPlanError(PlanFileError):
    """A plan says something that its content and its workspace do not lead to."""


def plan_document(plan: Plan) -> dict[str, Any]:
    """Return the plan in the documented form."""
    return {
        "version": VERSION,
        "tenant": plan.tenant,
        "workspaceId": plan.workspace_id,
        "tool": plan.tool,
        "contentHash": plan.content_hash,
        "actions": [action_document(action) for action in plan.actions],
        "summary": plan.summary,
    }


def action_document(action: Action) -> dict[str, Any]:
    """Return an action in the documented form."""
    return {
        "id": action.id,
        "detection": action.detection,
        "kind": action.kind,
        "action": action.action.value,
        "etag": action.etag,
        "reason": action.reason,
        "changes": [
            {"path": change.path, "live": change.live, "desired": change.desired}
            for change in action.changes
        ],
        "desired": action.desired,
        "origin": None if action.origin is None else action.origin.document(),
        "contentKind": action.content_kind,
    }


def plan_json(plan: Plan) -> str:
    """Return the plan as JSON text."""
    return json.dumps(plan_document(plan), indent=2, ensure_ascii=False) + "\n"


def write_plan(plan: Plan, path: Path) -> None:
    """Write the plan whole or not at all, for its owner only. Raises OSError."""
    write_atomically(path, safe_json(plan_json(plan)), private=True)


def read_plan(path: Path) -> Plan:
    """Read a plan file. Raises PlanFileError when it is none."""
    try:
        document = read_json(path, MAX_BYTES)
    except OSError as error:
        raise PlanFileError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise PlanFileError(f"{path} is no plan: {error}") from error
    try:
        return _plan(document)
    except (KeyError, TypeError, ValueError) as error:
        raise PlanFileError(f"{path} is no plan of this version: {error}") from error


def check_plan(plan: Plan, tenant: Tenant, content: TenantContent) -> PlanOptions:
    """Refuse a plan that was made of something else than what is there now.

    Returns what the user asked for when it was made. Raises PlanFileError for another tenant,
    workspace, tool version or content, and AlteredPlanError for what the content does not lead to.
    """
    check_place(plan, tenant.target)
    for what, planned, now in (
        ("tenant", plan.tenant, tenant.name),
        ("version of the tool", plan.tool, TOOL),
        ("content", hash_of(plan.content_hash), content.hash),
    ):
        if planned != now:
            raise PlanFileError(
                f"the plan was made for another {what} ({planned}, now {now}): plan again"
            )
    return check_wishes(plan, tenant.target, content)


def check_place(plan: Plan, target: Target) -> None:
    """Refuse a plan for another workspace, cloud or directory. Raises PlanFileError."""
    if plan.workspace_id.casefold() != target.workspace_id.casefold():
        raise PlanFileError(
            f"the plan was made for another workspace ({plan.workspace_id}, now "
            f"{target.workspace_id}): plan again"
        )
    if not is_for(plan.content_hash, target):
        raise PlanFileError(
            f"the plan was made for another cloud or directory than {target.cloud.endpoint} and "
            f"{target.tenant_id}: plan again"
        )


def check_wishes(plan: Plan, target: Target, content: TenantContent) -> PlanOptions:
    """Refuse a plan that wants something else of the rules than the content that it was made from.

    Returns what the user asked for when it was made. Raises AlteredPlanError.
    """
    desired = {rule.key: rule for rule in content.desired}
    for action in plan.actions:
        rule = desired.get(action.key)
        if action.key.id not in content.of(action.content_kind).owned:
            raise AlteredPlanError(f"the plan names {action.id}, which is not ours")
        if (rule is None) != (action.desired is None) or (
            rule is not None
            and (_wanted(rule, action) != action.desired or rule.label != action.detection)
        ):
            raise AlteredPlanError(f"the plan does not say of {action.id} what the content says")
    named = {action.key for action in plan.actions}
    if len(named) != len(plan.actions):
        raise AlteredPlanError("the plan names a rule twice")
    options = _options(plan, target, content)
    lacking = [rule.id for key, rule in desired.items() if key not in named]
    if options.only is None and lacking:
        raise AlteredPlanError(f"the plan lacks {', '.join(lacking[:10])}: plan again")
    return options


def _options(plan: Plan, target: Target, content: TenantContent) -> PlanOptions:
    try:
        options = options_in(plan.content_hash, plan.actions)
    except ValueError as error:
        raise AlteredPlanError(f"the plan has {error}: plan again") from error
    if basis_of(content, options, target) != plan.content_hash:
        raise AlteredPlanError("the plan does not name the rules that it was made for: plan again")
    return options


def _wanted(rule: Resource, action: Action) -> Mapping[str, Any]:
    """Return what an action may want of a rule: the content, or the content switched off.

    That the live rule really is switched off has to be seen in the workspace (`stale_results`).
    """
    if action.stays_off and is_enabled(rule.body):
        return switched(rule.body, enabled=False)
    return rule.body


def _plan(document: Any) -> Plan:
    _object(document, _PLAN_KEYS, "a plan")
    if isinstance(document["version"], bool) or document["version"] not in _READ:
        raise ValueError(f"version {document['version']!r}")
    if not isinstance(document["actions"], list):
        raise TypeError("actions is not a list")
    plan = Plan(
        tenant=_text(document, "tenant"),
        workspace_id=_text(document, "workspaceId"),
        tool=_text(document, "tool"),
        content_hash=_text(document, "contentHash"),
        actions=tuple(_action(item) for item in document["actions"]),
    )
    if len({action.key for action in plan.actions}) != len(plan.actions):
        raise ValueError("it names a rule twice")
    if json.dumps(document["summary"], sort_keys=True) != json.dumps(plan.summary, sort_keys=True):
        raise ValueError("its summary is not that of its actions")
    return plan


def _action(item: Any) -> Action:
    # A plan that was made before origins or kinds of content were told is still one.
    if isinstance(item, dict):
        item = {"origin": None, "contentKind": UNNAMED_KIND, **item}
    _object(item, _ACTION_KEYS, "an action")
    if _text(item, "contentKind") not in KINDS:
        raise ValueError(f"there is no kind of content {item['contentKind']!r}")
    kind = ActionKind(_text(item, "action"))
    desired = item["desired"]
    wants_rule = kind not in {ActionKind.DELETE, ActionKind.ORPHAN}
    may_want_none = not wants_rule or kind is ActionKind.BLOCKED
    if not (may_want_none if desired is None else wants_rule and isinstance(desired, dict)):
        raise ValueError(f"{kind.value} with the wrong desired body")
    if not isinstance(item["changes"], list):
        raise TypeError("changes is not a list")
    if not KINDS[item["contentKind"]].is_id(_text(item, "id")):
        raise ValueError("an id is none of its kind")
    return Action(
        id=_text(item, "id"),
        detection=_text(item, "detection"),
        kind=_text(item, "kind"),
        action=kind,
        etag=_optional_text(item, "etag"),
        reason=_optional_text(item, "reason"),
        changes=tuple(_change(change) for change in item["changes"]),
        desired=desired,
        origin=read_origin(item.get("origin")),
        content_kind=item["contentKind"],
    )


def _change(item: Any) -> Change:
    _object(item, _CHANGE_KEYS, "a change")
    return Change(_text(item, "path"), item["live"], item["desired"])


def _object(value: Any, keys: set[str], what: str) -> None:
    if not isinstance(value, Mapping):
        raise TypeError(f"{what} is not an object")
    if set(value) != keys:
        odd = sorted(map(str, set(value) ^ keys))
        raise ValueError(f"{what} with missing or unknown members: {', '.join(odd)}")


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} is not text")
    return value


def _optional_text(item: Mapping[str, Any], key: str) -> str | None:
    return None if item[key] is None else _text(item, key)
