"""A plan that was made earlier, held against the one that is made now.

Whoever agreed to a plan agreed to what its file says, so all of that has to be true: where a rule
is as it was planned on, the file says exactly what is planned now, or none of it is carried out.
Where a rule moved, that rule alone is left alone and reported.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from generator.deploy.plan import Action, ActionKind, Plan
from generator.deploy.plan_file import AlteredPlanError, action_document
from generator.deploy.results import Outcome, Result
from generator.deploy.workspace import CONTRADICTED, Workspaces
from generator.kinds.kind import Key

_NOT_NAMED = "a rule that came since the plan was made is left alone: {ids}"


def held_against(plan: Plan, now: Plan, workspaces: Workspaces) -> tuple[Plan, tuple[Result, ...]]:
    """Return what of a plan is to be carried out, and results for what is stale, with the reason.

    `now` is the plan that content and workspace lead to. Raises AlteredPlanError when the plan says
    something else about a rule that has not moved since.
    """
    fresh = {action.key: action for action in now.actions}
    moved = {
        action.key
        for action in plan.actions
        if action.etag != _etag(workspaces, action) or _is_contradicted(workspaces, action)
    }
    stale: list[Result] = []
    for action in plan.actions:
        key = action.key
        if key in moved:
            stale += _of_moved(action, fresh.get(key), workspaces)
        else:
            _require_same(action, fresh.get(key), others_moved=bool(moved))
    unnamed = [action for key, action in fresh.items() if key not in _keys(plan)]
    ids = ", ".join(action.id for action in unnamed)
    notes = (_NOT_NAMED.format(ids=ids),) if unnamed else ()
    # What no file says is taken from the content, as everything that a file does say has to be.
    actions = tuple(
        replace(action, initial=fresh[action.key].initial) if action.key in fresh else action
        for action in plan.actions
    )
    held = replace(plan, actions=actions, live_count=now.live_count, notes=(*now.notes, *notes))
    return held, tuple(stale)


def _keys(plan: Plan) -> frozenset[Key]:
    return frozenset(action.key for action in plan.actions)


def _etag(workspaces: Workspaces, action: Action) -> str | None:
    live = workspaces[action.content_kind].ours.get(action.key.id)
    return None if live is None else live.etag


def _is_contradicted(workspaces: Workspaces, action: Action) -> bool:
    return action.writes and action.key.id in workspaces[action.content_kind].contradicted


def _require_same(action: Action, now: Action | None, *, others_moved: bool) -> None:
    differing = sorted(_differing(action, now, others_moved=others_moved))
    if differing:
        raise AlteredPlanError(
            f"the plan says something else of {action.id} than content and workspace lead to "
            f"({', '.join(differing)}), although the rule is as it was planned on: plan again"
        )


def _differing(action: Action, now: Action | None, *, others_moved: bool) -> Iterator[str]:
    if now is None:
        yield "action"
        return
    left, right = action_document(action), action_document(now)
    if others_moved and action.etag is None:
        # Where a rule that is not live comes from is told by the others, which say something else.
        del left["origin"], right["origin"]
    yield from (name for name in left if _text(left[name]) != _text(right[name]))


def _of_moved(action: Action, now: Action | None, workspaces: Workspaces) -> Iterator[Result]:
    """Yield the result of a rule that is not as it was planned on; none where it may go on."""
    if action.key.id not in workspaces[action.content_kind].ours:
        yield from _of_one_that_is_gone(action)
    elif action.action is ActionKind.BLOCKED:
        return
    elif _is_contradicted(workspaces, action):
        yield Result(action, Outcome.REFUSED, CONTRADICTED)
    elif now is None:
        yield _refused(action, "changed")
    elif now.action is action.action is ActionKind.ORPHAN:
        return
    elif now.action is ActionKind.UNCHANGED and action.action in _WANTED:
        good = Outcome.UNCHANGED if action.action is ActionKind.UNCHANGED else Outcome.DONE
        if _text(action.desired) == _text(now.desired):
            yield Result(action, good)
        else:
            yield _refused(action, "changed")
    else:
        yield _refused(action, "made" if action.etag is None else "changed")


_WANTED = {ActionKind.CREATE, ActionKind.UPDATE, ActionKind.UNCHANGED}


def _of_one_that_is_gone(action: Action) -> Iterator[Result]:
    if action.action is ActionKind.DELETE:
        yield Result(action, Outcome.DONE)
    elif action.action not in {ActionKind.BLOCKED, ActionKind.ORPHAN}:
        yield _refused(action, "deleted")


def _refused(action: Action, what: str) -> Result:
    why = f"somebody {what} this rule since the plan was made: plan again"
    return Result(action, Outcome.REFUSED, why)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=_as_object)


def _as_object(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} in a plan")
