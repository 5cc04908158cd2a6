"""A plan that was made earlier, held against the workspace as it is now.

Where only the etag moved the plan still says the truth; where anything else did, that rule is left
alone and reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.deploy.normalise import changes
from generator.deploy.plan import Action, ActionKind, Plan
from generator.deploy.results import Outcome, Result
from generator.deploy.workspace import LiveRule, Workspace


def stale_results(plan: Plan, workspace: Workspace) -> tuple[Result, ...]:
    """Return results for the actions that must not be carried out any more, and why."""
    return tuple(_stale(plan, workspace))


def _stale(plan: Plan, workspace: Workspace) -> Iterator[Result]:
    for action in plan.actions:
        live = workspace.ours.get(action.id.casefold())
        if action.action in {ActionKind.BLOCKED, ActionKind.ORPHAN}:
            continue
        if action.stays_off and (live is None or live.enabled):
            yield _refused(action, "this rule is not switched off, as the plan says: plan again")
            continue
        if live is not None and action.etag is not None and live.etag == action.etag:
            continue
        if action.action is ActionKind.DELETE:
            if live is None:
                yield Result(action, Outcome.DONE)
            else:
                yield _refused(action, "somebody changed this rule since the plan was made")
            continue
        result = _wanted(action, live)
        if result is not None:
            yield result


def _wanted(action: Action, live: LiveRule | None) -> Result | None:
    if live is None:
        if action.etag is None:
            return None
        return _refused(action, "somebody deleted this rule since the plan was made: plan again")
    now = changes(live.body, action.desired or {})
    if not now:
        good = Outcome.UNCHANGED if action.action is ActionKind.UNCHANGED else Outcome.DONE
        return Result(action, good)
    if action.etag is not None and now == action.changes:
        return None
    what = "made" if action.etag is None else "changed"
    return _refused(action, f"somebody {what} this rule since the plan was made: plan again")


def _refused(action: Action, why: str) -> Result:
    return Result(action, Outcome.REFUSED, why)
