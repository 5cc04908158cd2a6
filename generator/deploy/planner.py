"""Plans: a workspace read, held against the content, with where each difference comes from.

How a workspace is read is `reading`'s, what is done about a rule `plan_actions`', and what an older
plan still says `stale`'s; here they meet.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from generator.azure.client import ArmClient
from generator.deploy.dependencies import not_deleted_from_under, waiting_notes
from generator.deploy.look_back import find_origins
from generator.deploy.origin import NO_ORIGINS, Origins
from generator.deploy.plan import Action, ActionKind, Plan, PlanOptions
from generator.deploy.plan_actions import Differ, plan_actions
from generator.deploy.plan_basis import basis_of
from generator.deploy.plan_file import check_plan
from generator.deploy.plan_text import stays_off_note, switches_on_note
from generator.deploy.playbooks import with_losses
from generator.deploy.reading import Reading, read_now, sure_of
from generator.deploy.recent_writes import recall
from generator.deploy.results import Result
from generator.deploy.stale import held_against
from generator.deploy.tenant_content import KindContent, TenantContent
from generator.deploy.tool import TOOL
from generator.deploy.workspace import Workspace, Workspaces
from generator.disk.private_cache import open_private_cache
from generator.git.commands import HistoryError
from generator.git.log import files_of_last_commits
from generator.kinds import KINDS
from generator.kinds.analytic_rule.live import LiveRules
from generator.kinds.kind import Key
from generator.kinds.shape import Shape
from generator.past.given_up import given_up
from generator.past.history import History
from generator.tenants.tenant import Tenant
from generator.text.safe_text import visible

LAST_COMMITS = 5
"""Commits whose rules are suspected of having been deployed a moment ago."""

SUSPECTS = 5
"""Most rules that are asked for because of that; a mistake of a list shows in most of them."""


_MAX_GIVEN_UP = 10


def make_plan(
    arm: ArmClient,
    tenant: Tenant,
    content: TenantContent,
    options: PlanOptions,
    *,
    reading: Reading,
    differ: Differ = Shape.changes,
    root: Path | None = None,
) -> tuple[Plan, Workspaces]:
    """Read the workspace and plan. Raises ServiceError.

    `root` is the content repository whose history tells where differences come from; None where
    that does not matter, because a snapshot is put back whatever happened since.
    """
    workspaces: dict[str, Workspace] = {}
    actions: list[Action] = []
    notes: list[str] = []
    for part in content.kinds:
        live = KINDS[part.kind].live(arm)
        workspace = read_now(live, part.owned, reading)
        if reading.sure:
            first = plan_actions(part, workspace, options, differ=differ)
            same = {a.id.casefold() for a in first if a.action is ActionKind.UNCHANGED}
            workspace = sure_of(live, workspace, same, part.owned, reading.recent)
        origins = NO_ORIGINS
        if root is not None:
            origins = origins_of(root, tenant, part, workspace, options.only)
        planned = _within_version(
            plan_actions(part, workspace, options, differ=differ, origins=origins.by_id),
            arm.stable_version,
        )
        on = None if root is None else switches_on_note(planned, options.reenable)
        notes += (*origins.notes, *filter(None, (on, stays_off_note(planned))))
        actions += planned
        workspaces[part.kind] = workspace
    actions = not_deleted_from_under(actions, content)
    notes += waiting_notes(actions, content)
    plan = Plan(
        tenant.name,
        tenant.target.workspace_id,
        TOOL,
        basis_of(content, options, tenant.target),
        tuple(actions),
        live_count=sum(len(workspace.ours) for workspace in workspaces.values()),
        notes=tuple(notes),
    )
    return with_losses(LiveRules(arm), plan), workspaces


def _within_version(actions: tuple[Action, ...], version: str | None) -> tuple[Action, ...]:
    """Block what the API version of this run neither shows nor holds whole."""
    if version is None:
        return actions
    return tuple(
        action
        if action.desired is None
        or (why := KINDS[action.content_kind].only_in_preview(action.desired)) is None
        else replace(
            action,
            action=ActionKind.BLOCKED,
            reason=f"API version {version}, which is set for this run, hides a part of it: {why}",
            changes=(),
            origin=None,
        )
        for action in actions
    )


def hidden_by_version(content: TenantContent, version: str | None) -> tuple[str, ...]:
    """Return the labels of what an API version does not show whole; none without a version."""
    return tuple(
        one.label
        for one in content.desired
        if version is not None and KINDS[one.kind].only_in_preview(one.body) is not None
    )


def read_all(arm: ArmClient, content: TenantContent, reading: Reading) -> Workspaces:
    """Return what a workspace holds, of each kind. Raises ServiceError."""
    return {
        part.kind: read_now(KINDS[part.kind].live(arm), part.owned, reading)
        for part in content.kinds
    }


def reading_of(
    root: Path,
    tenant: Tenant,
    content: TenantContent,
    *,
    twice: bool = False,
    sure: bool = False,
) -> Reading:
    """Return how a workspace is read, by what was written to it from here a short time ago.

    Where nothing was, as in every fresh checkout, a list that lags behind a deployment from
    elsewhere is found out by the rules that the last commits touched.
    """
    recent = recall(open_private_cache(root), tenant.target.workspace_id, time.time())
    suspects = () if recent or sure else _last_touched(root, content)
    return Reading(recent, suspects, twice, sure)


def _last_touched(root: Path, content: TenantContent) -> tuple[Key, ...]:
    folders = [KINDS[part.kind].seat.folder for part in content.kinds]
    try:
        files = files_of_last_commits(root, *folders, limit=LAST_COMMITS)
    except HistoryError:
        return ()
    keys = {
        KINDS[part.kind].seat.file(label): Key(part.kind, key)
        for part in content.kinds
        for key, label in part.owned.items()
    }
    return tuple(keys[file] for file in files if file in keys)[:SUSPECTS]


def origins_of(
    root: Path,
    tenant: Tenant,
    content: KindContent,
    workspace: Workspace,
    only: frozenset[str] | None = None,
) -> Origins:
    """Return where the differences of a workspace come from, as the content's history tells."""
    seat = KINDS[content.kind].seat
    origins = find_origins(
        content, workspace, lambda: History(root, tenant.name, seat), datetime.now(UTC), only
    )
    note = _given_up_note(root, content, workspace)
    return origins if note is None else replace(origins, notes=(*origins.notes, note))


def _given_up_note(root: Path, content: KindContent, workspace: Workspace) -> str | None:
    """Return which live rules were ours until somebody deleted their file, or None."""
    foreign = {rule.id.casefold(): rule for rule in workspace.foreign}
    try:
        found = given_up(root, KINDS[content.kind].seat, foreign)
    except HistoryError:
        # Where nothing of the history can be read, the origins say so.
        return None
    if not found:
        return None
    rules = "; ".join(
        f"{foreign[one.id].id} ({visible(one.file)}, until {one.commit.short})"
        for one in found[:_MAX_GIVEN_UP]
    )
    more = " …" if len(found) > _MAX_GIVEN_UP else ""
    return (
        f"{len(found)} live rules are not ours any more, because their id was taken out of the "
        f"content without `sentinelgen retire`, and run on: {rules}{more}; an entry in "
        "detections/retired.yaml has --prune delete one"
    )


def plan_again(
    arm: ArmClient, plan: Plan, tenant: Tenant, content: TenantContent, root: Path
) -> tuple[Plan, Workspaces, tuple[Result, ...]]:
    """Return what of a plan is to be carried out, the workspace now, and what is stale.

    The plan is made again, and carried out only as far as the earlier one says the same. Raises
    PlanFileError for a plan of something else or one that was altered, and ServiceError.
    """
    options = check_plan(plan, tenant, content)
    reading = reading_of(root, tenant, content)
    now, workspaces = make_plan(arm, tenant, content, options, reading=reading, root=root)
    held, stale = held_against(plan, now, workspaces)
    return held, workspaces, stale
