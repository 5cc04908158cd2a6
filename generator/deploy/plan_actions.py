"""What a deployment would do, decided before anything is done.

Pure: a workspace as it was read and the content go in, actions come out. Reading, writing and
printing are elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from generator.deploy.origin import NO_ORIGINS, Origin, Source
from generator.deploy.plan import Action, ActionKind, PlanOptions
from generator.deploy.tenant_content import KindContent
from generator.deploy.workspace import (
    CONTRADICTED,
    NO_ETAG,
    LiveRule,
    Workspace,
    display_name,
    is_enabled,
    kind_in,
    switched,
)
from generator.kinds import KINDS
from generator.kinds.kind import Resource
from generator.kinds.shape import Change, Shape

SWITCHED_OFF = "switched this rule off itself"
DISABLED_OUTSIDE = "disabled outside"
"""The reason of a rule that stays off, because somebody has switched it off."""

NO_OPTIONS = PlanOptions()
Differ = Callable[[Shape, Mapping[str, Any], Mapping[str, Any]], tuple[Change, ...]]


def plan_actions(
    content: KindContent,
    workspace: Workspace,
    options: PlanOptions = NO_OPTIONS,
    *,
    differ: Differ = Shape.changes,
    origins: Mapping[str, Origin] = NO_ORIGINS.by_id,
) -> tuple[Action, ...]:
    """Return what to do with each rule of the content and with each orphan.

    `differ` says what of a live rule has to change; a rollback compares more than a deployment.
    `origins` say by lower-case id where a difference comes from: a rule that somebody has switched
    off stays off.
    """
    looked_at = [
        rule for rule in content.desired if options.only is None or rule.label in options.only
    ]
    kind = KINDS[content.kind]
    taken = {
        rule.display_name.casefold(): rule.id for rule in workspace.foreign if kind.unique_names
    }
    actions = [
        _decide(
            rule,
            workspace.ours.get(key := rule.id.casefold()),
            options,
            taken,
            differ,
            origins.get(key),
        )
        for rule in looked_at
    ]
    actions = [_blocked_if_contradicted(action, workspace) for action in actions]
    if options.only is None:
        wanted = {rule.id.casefold() for rule in content.desired}
        actions += [
            _orphan(live, content, options, origins.get(key))
            for key, live in workspace.ours.items()
            if key not in wanted
        ]
    allowed = _within_limits(actions, content, workspace)
    if kind.unique_names:
        allowed = _with_free_names(allowed, content, workspace)
    return tuple(sorted(allowed, key=_order))


def _decide(
    rule: Resource,
    live: LiveRule | None,
    options: PlanOptions,
    taken: Mapping[str, str],
    differ: Differ,
    origin: Origin | None,
) -> Action:
    origin = _of_one_that_stays_off(origin, rule, options)
    stays_off = origin is not None and origin.is_disabled
    body = switched(rule.body, enabled=False) if stays_off else rule.body
    action = Action(
        # The service's spelling where there is one: it is what the address of the rule holds.
        live.id if live else rule.id,
        rule.label,
        kind_in(rule.body, rule.kind),
        ActionKind.CREATE if live is None else ActionKind.UPDATE,
        etag=live.etag if live else None,
        reason=DISABLED_OUTSIDE if stays_off else None,
        changes=differ(live.shape, live.body, body) if live else (),
        desired=body,
        origin=origin,
        content_kind=rule.kind,
        initial={} if live else rule.initial,
    )
    if live is not None and not action.changes:
        return replace(action, action=ActionKind.UNCHANGED)
    obstacle = _obstacle(rule, live, options, taken) or _unadopted(live, options, origin)
    if obstacle is None and live is not None:
        obstacle = KINDS[rule.kind].obstacle(action.changes)
    if obstacle is not None:
        return replace(action, action=ActionKind.BLOCKED, reason=obstacle)
    if action.recreates:
        recreated = "is deleted and created again, because the kind changes"
        return replace(action, reason=f"{action.reason}; {recreated}" if stays_off else recreated)
    return action


def _blocked_if_contradicted(action: Action, workspace: Workspace) -> Action:
    if action.id.casefold() not in workspace.contradicted:
        return action
    return replace(action, action=ActionKind.BLOCKED, reason=CONTRADICTED, changes=(), origin=None)


def _of_one_that_stays_off(
    origin: Origin | None, rule: Resource, options: PlanOptions
) -> Origin | None:
    """Return an origin that says `is_disabled` only where the plan has to keep the rule off."""
    if origin is None or not origin.is_disabled:
        return origin
    allowed = rule.id.casefold() in options.reenable
    return replace(origin, is_disabled=is_enabled(rule.body) and not allowed)


def _obstacle(
    rule: Resource, live: LiveRule | None, options: PlanOptions, taken: Mapping[str, str]
) -> str | None:
    """Return why a rule must not be written, or None."""
    key = rule.id.casefold()
    kind = kind_in(rule.body, rule.kind)
    name = display_name(rule.body)
    if live is not None and live.is_auto_disabled and key not in options.reenable:
        return (
            f"Sentinel has {SWITCHED_OFF}: look at its query first, "
            f"then deploy with --reenable {rule.id}"
        )
    if live is not None and live.etag is None:
        return NO_ETAG
    if live is not None and live.kind != kind and key not in options.recreate:
        return (
            f"the kind changes from {live.kind} to {kind}, which only deleting and creating can "
            f"do: --recreate {rule.id}"
        )
    renamed = live is None or live.display_name.casefold() != name.casefold()
    if renamed and name.casefold() in taken:
        return f"the name {name!r} is taken by rule {taken[name.casefold()]}, which is not ours"
    return None


def _unadopted(live: LiveRule | None, options: PlanOptions, origin: Origin | None) -> str | None:
    """Return why what is live is not touched although it has our name, or None."""
    if live is None or options.restores or live.id.casefold() in options.adopt:
        return None
    is_from_here = origin is not None and origin.source is Source.REPOSITORY
    if is_from_here or KINDS[live.content_kind].is_made_here(live.body):
        return None
    return (
        f"{live.id} is live, not as ours, and nothing tells that it was made from here: look at "
        f"it, then deploy with --adopt {live.id}"
    )


def _orphan(
    live: LiveRule, content: KindContent, options: PlanOptions, origin: Origin | None
) -> Action:
    key = live.id.casefold()
    reason = "retired" if key in content.retired else options.orphans_are
    kind = ActionKind.DELETE if options.prune else ActionKind.ORPHAN
    if not options.prune:
        reason = f"{reason}; --prune deletes it"
    elif live.etag is None:
        kind, reason = ActionKind.BLOCKED, f"{reason}; {NO_ETAG}"
    elif (unadopted := _unadopted(live, options, origin)) is not None:
        kind, reason = ActionKind.BLOCKED, f"{reason}; {unadopted}"
    return Action(
        live.id,
        content.owned[key],
        live.kind,
        kind,
        etag=live.etag,
        reason=reason,
        origin=None if origin is None else replace(origin, is_disabled=False),
        content_kind=content.kind,
    )


@dataclass(slots=True)
class _Enabled:
    """Numbers of enabled rules by kind, as they would be."""

    limits: Mapping[str, int]
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, enabled: bool, by: int = 1) -> None:
        if enabled:
            self.counts[kind] = self.counts.get(kind, 0) + by

    def exceeds(self, kind: str) -> bool:
        limit = self.limits.get(kind)
        return limit is not None and self.counts.get(kind, 0) > limit


def _within_limits(
    actions: list[Action], content: KindContent, workspace: Workspace
) -> list[Action]:
    """Block what would enable more rules than a workspace may have; what frees room comes first."""
    enabled = _Enabled(content.limits)
    for foreign in workspace.foreign:
        enabled.add(foreign.kind, foreign.enabled)
    for ours in workspace.ours.values():
        enabled.add(ours.kind, ours.enabled)
    growing: list[int] = []
    result = list(actions)
    for index, action in enumerate(actions):
        live = workspace.ours.get(action.id.casefold())
        was = (live.kind, live.enabled) if live else ("", False)
        will = (action.kind, action.desired is not None and is_enabled(action.desired))
        if action.action is ActionKind.DELETE:
            enabled.add(*was, by=-1)
        elif action.action in {ActionKind.CREATE, ActionKind.UPDATE} and was != will:
            enabled.add(*was, by=-1)
            if will[1]:
                growing.append(index)
    for index in growing:
        action = actions[index]
        enabled.add(action.kind, enabled=True)
        if enabled.exceeds(action.kind):
            enabled.add(action.kind, enabled=True, by=-1)
            limit = content.limits[action.kind]
            result[index] = replace(
                action,
                action=ActionKind.BLOCKED,
                reason=f"the workspace would have more than {limit} enabled {action.kind} rules",
            )
    return result


def _with_free_names(
    actions: list[Action], content: KindContent, workspace: Workspace
) -> list[Action]:
    """Block what would take the name of a rule of ours that keeps it.

    A name is unique in a workspace (Microsoft Learn: Create analytics rules). Whoever is blocked
    keeps a name as well, so it is looked at until nothing more is blocked.
    """
    result = list(actions)
    while True:
        planned = {action.id.casefold(): action for action in result}
        kept: dict[str, LiveRule] = {
            live.display_name.casefold(): live
            for key, live in workspace.ours.items()
            if _keeps_its_name(live, planned.get(key))
        }
        taken = {
            index: holder
            for index, action in enumerate(result)
            if (holder := _holder_of_new_name(action, kept, workspace)) is not None
        }
        if not taken:
            return result
        for index, holder in taken.items():
            owner = content.owned[holder.id.casefold()]
            result[index] = replace(
                result[index],
                action=ActionKind.BLOCKED,
                reason=f"the name {holder.display_name!r} is still that of our rule {holder.id} "
                f"({owner}), which keeps it here",
            )


def _keeps_its_name(live: LiveRule, action: Action | None) -> bool:
    if action is None or not action.writes:
        return True
    return (
        action.desired is not None
        and display_name(action.desired).casefold() == live.display_name.casefold()
    )


def _holder_of_new_name(
    action: Action, kept: Mapping[str, LiveRule], workspace: Workspace
) -> LiveRule | None:
    """Return who keeps the name that an action would give a rule anew, or None."""
    if not action.writes or action.desired is None:
        return None
    name = display_name(action.desired).casefold()
    holder = kept.get(name)
    live = workspace.ours.get(action.id.casefold())
    if holder is None or (live is not None and live.display_name.casefold() == name):
        return None
    return holder


def needs_room(
    actions: tuple[Action, ...], limits: Mapping[str, int], workspace: Workspace
) -> bool:
    """Tell whether the limits of enabled rules hold on the way only if deletions go first."""
    enabled = _Enabled(limits)
    for foreign in workspace.foreign:
        enabled.add(foreign.kind, foreign.enabled)
    for ours in workspace.ours.values():
        enabled.add(ours.kind, ours.enabled)
    for action in actions:
        live = workspace.ours.get(action.id.casefold())
        if action.action in {ActionKind.CREATE, ActionKind.UPDATE} and action.desired is not None:
            running = live is not None and live.enabled and live.kind == action.kind
            enabled.add(action.kind, is_enabled(action.desired) and not running)
    return any(enabled.exceeds(kind) for kind in limits)


def _order(action: Action) -> tuple[int, str, str]:
    if action.reason and SWITCHED_OFF in action.reason:
        rank = 0
    elif action.stays_off or any(c.path == "properties.enabled" for c in action.changes):
        rank = 1
    else:
        rank = 2
    return (rank, action.detection, action.id)
