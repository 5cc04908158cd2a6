"""Carrying out one action of a plan, never over something that nobody planned on.

Each function returns a result for everything that the service can answer; only what is planned is
written, and a conflict is resolved by reading again, not by insisting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from generator.azure.errors import (
    ConflictError,
    GoneError,
    RecentlyDeletedError,
    ServiceError,
    ThrottledError,
    UnansweredError,
    UnintelligibleError,
    UnreachableError,
)
from generator.deploy.plan import Action, ActionKind
from generator.deploy.results import Outcome, Result
from generator.deploy.workspace import NO_ETAG, LiveRule, live_rule
from generator.kinds.kind import LiveApi
from generator.kinds.shape import Change, Shape

SILENT_PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each look at a rule whose write had no answer in time."""

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Writing:
    """How rules are written and compared.

    A deployment keeps what it does not know (`Shape.merged`) and compares what it knows
    (`Shape.changes`); a rollback puts back and compares whole bodies.
    """

    body: Callable[[Shape, Body, Body], Body] = Shape.merged
    differ: Callable[[Shape, Body, Body], tuple[Change, ...]] = Shape.changes

    def left_to_do(self, action: Action, live: Body) -> tuple[Change, ...]:
        """Return in what a live rule is not what an action wants."""
        return self.differ(action.shape, live, action.desired or {})

    def is_done(self, action: Action, live: Body) -> bool:
        """Tell whether a live rule is what an action wants."""
        return not self.left_to_do(action, live)

    def sent(self, action: Action, live: Body) -> Body:
        """Return what is written over a live rule."""
        return self.body(action.shape, live, action.desired or {})


DEPLOYMENT = Writing()


def carry_out(
    client: LiveApi, action: Action, base: LiveRule | None, writing: Writing = DEPLOYMENT
) -> Result:
    """Do what an action says. `base` is the rule as it was planned on, None for a creation."""
    try:
        return _attempt(client, action, base, writing)
    except RecentlyDeletedError as error:
        return Result(action, Outcome.REFUSED, f"blocked: {error}")
    except UnreachableError as error:
        return Result(action, Outcome.FAILED, str(error), answer_lost=True)
    except UnintelligibleError as error:
        # A write may well have been done whose answer cannot be read.
        return Result(action, Outcome.FAILED, str(error), answer_lost=True)
    except ThrottledError as error:
        return Result(action, Outcome.FAILED, str(error), throttled=True)
    except ServiceError as error:
        return Result(action, Outcome.FAILED, str(error))


def _attempt(client: LiveApi, action: Action, base: LiveRule | None, writing: Writing) -> Result:
    if base is None:
        return _create(client, action, writing)
    if base.etag is None:
        return Result(action, Outcome.REFUSED, NO_ETAG)
    if action.action is ActionKind.DELETE:
        return _delete(client, action, base)
    if action.recreates:
        return _recreate(client, action, base, writing)
    return _update(client, action, base, writing)


def _create(client: LiveApi, action: Action, writing: Writing) -> Result:
    try:
        # A list may be older than our own last write, so absence is asked for once more.
        live = client.get(action.id)
    except GoneError:
        pass
    else:
        return _found(action, live, writing)
    try:
        return _put(client, action, action.at_creation, None, writing)
    except ConflictError as conflict:
        try:
            return _found(action, client.get(action.id), writing)
        except GoneError:
            return Result(action, Outcome.REFUSED, str(conflict))


def _found(action: Action, live: Body, writing: Writing) -> Result:
    if writing.is_done(action, live):
        return Result(action, Outcome.DONE)
    return Result(
        action, Outcome.REFUSED, "somebody made this rule since the plan was made: plan again"
    )


def _update(client: LiveApi, action: Action, base: LiveRule, writing: Writing) -> Result:
    try:
        body = writing.sent(action, base.body)
        return _put(client, action, body, base.etag, writing, over=base.body)
    except ConflictError:
        pass
    try:
        now = live_rule(base.id, client.get(base.id), client.kind)
    except GoneError:
        return Result(action, Outcome.REFUSED, "somebody deleted this rule since the plan was made")
    if writing.is_done(action, now.body):
        return Result(action, Outcome.DONE)
    obstacle = _obstacle(base, now)
    if obstacle is not None:
        return Result(action, Outcome.REFUSED, obstacle)
    try:
        body = writing.sent(action, now.body)
        return _put(client, action, body, now.etag, writing, over=now.body)
    except ConflictError as conflict:
        return _after_second_conflict(client, action, conflict, writing)


def _after_second_conflict(
    client: LiveApi, action: Action, conflict: ConflictError, writing: Writing
) -> Result:
    """Tell our own write, whose answer was lost, from somebody else's."""
    try:
        if writing.is_done(action, client.get(action.id)):
            return Result(action, Outcome.DONE)
    except GoneError:
        pass
    return Result(action, Outcome.REFUSED, str(conflict))


def _delete(client: LiveApi, action: Action, base: LiveRule) -> Result:
    try:
        now = live_rule(base.id, client.get(base.id), client.kind)
    except GoneError:
        # One copy may say so while the list still shows the rule: what is gone bears a deletion.
        now = base
    obstacle = _obstacle(base, now)
    if obstacle is not None:
        return Result(action, Outcome.REFUSED, obstacle)
    try:
        client.delete(now.id, now.etag)
    except ConflictError as conflict:
        try:
            client.get(now.id)
        except GoneError:
            # Our own deletion, whose answer was lost: a condition on nothing cannot hold.
            return Result(action, Outcome.DONE)
        return Result(action, Outcome.REFUSED, str(conflict))
    return Result(action, Outcome.DONE)


def _recreate(client: LiveApi, action: Action, base: LiveRule, writing: Writing) -> Result:
    deleted = _delete(client, action, base)
    if not deleted.is_good:
        return deleted
    gap = "the rule was deleted and is not created again, run again"
    try:
        created = _create(client, action, writing)
    except ServiceError as error:
        # Here a failure leaves the workspace without the rule: that has to be said first.
        return Result(
            action,
            Outcome.FAILED,
            f"{gap}: {error}",
            answer_lost=isinstance(error, UnreachableError),
            throttled=isinstance(error, ThrottledError),
        )
    if created.is_good:
        return created
    return Result(action, created.outcome, f"{gap}: {created.error}")


def _put(
    client: LiveApi,
    action: Action,
    body: Body,
    etag: str | None,
    writing: Writing,
    *,
    over: Body | None = None,
) -> Result:
    """Write a rule once. Raises ServiceError, but for an answer that does not come in time."""
    try:
        answer = client.put(action.id, body, etag, over=over)
    except UnansweredError as silence:
        return _looked_for(client, action, silence, writing)
    return _answered(action, answer, writing)


def _looked_for(
    client: LiveApi, action: Action, silence: UnansweredError, writing: Writing
) -> Result:
    """Return what became of a write without an answer; it may be under way for a while yet."""
    for pause in SILENT_PAUSES:
        client.stop.wait(pause)
        try:
            live = client.get(action.id)
        except GoneError:
            continue
        except ServiceError:
            break
        if writing.is_done(action, live):
            return Result(
                action, Outcome.DONE, etag=live_rule(action.id, live, action.content_kind).etag
            )
    return Result(
        action, Outcome.FAILED, f"whether it was written is not known: {silence}", answer_lost=True
    )


def _answered(action: Action, answer: Body, writing: Writing) -> Result:
    """Judge our own write by its answer, which may show members that were not sent."""
    left = writing.left_to_do(action, answer)
    filled_in = tuple(change for change in left if _was_not_sent(change))
    if len(filled_in) == len(left):
        etag = live_rule(action.id, answer, action.content_kind).etag
        return Result(action, Outcome.DONE, etag=etag, filled_in=filled_in)
    paths = ", ".join(change.path for change in left)
    return Result(action, Outcome.FAILED, f"the service kept something else than was sent: {paths}")


def _was_not_sent(change: Change) -> bool:
    return change.path != "kind" and change.desired in (None, [], {})


def _obstacle(planned: LiveRule, now: LiveRule) -> str | None:
    """Return why a rule must not be written as it is now, or None."""
    if not planned.shape.unmoved(planned.body, now.body):
        paths = ", ".join(change.path for change in planned.shape.changes(planned.body, now.body))
        return f"somebody changed this rule since the plan was made ({paths or 'other members'})"
    return NO_ETAG if now.etag is None else None
