"""What the queries of a plan refer to: written before them, and not deleted from under them.

The service refuses neither a rule whose query names what is not there yet, for long, nor the
deletion of what a rule refers to: the rule then fails when it runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from generator.deploy.plan import Action, ActionKind
from generator.deploy.tenant_content import TenantContent, named_by
from generator.kinds import KINDS
from generator.kinds.kind import Key

_MAX_NOTES = 20


def not_deleted_from_under(actions: Sequence[Action], content: TenantContent) -> list[Action]:
    """Return the actions, with the deletion of what a query of ours refers to blocked."""
    return [
        replace(
            action,
            action=ActionKind.BLOCKED,
            reason=f"{action.reason}; the query of {content.users[action.key]} refers to it",
        )
        if action.action is ActionKind.DELETE and action.key in content.users
        else action
        for action in actions
    ]


def waits_of(actions: Sequence[Action]) -> Mapping[Key, frozenset[Key]]:
    """Return, by action, those on other kinds of content that have to be carried out before it."""
    order = list(KINDS)
    written = {action.key for action in actions if action.writes}
    found = {}
    for action in actions:
        if action.desired is None or not action.writes:
            continue
        # Of kinds that are deployed before it only, so that no two can wait for each other.
        earlier = order[: order.index(action.content_kind)]
        named = {key for key in named_by(action.desired) if key.kind in earlier}
        if waits := named & written:
            found[action.key] = frozenset(waits)
    return found


def waiting_notes(actions: Sequence[Action], content: TenantContent) -> Iterator[str]:
    """Yield what waits for what the same plan creates."""
    created = {a.key: a.detection for a in actions if a.action is ActionKind.CREATE}
    waits = waits_of(actions)
    notes = [
        f"{resource.label} waits for {', '.join(sorted(created[key] for key in named))}"
        for resource in content.desired
        if (named := waits.get(resource.key, frozenset()) & created.keys())
    ]
    yield from notes[:_MAX_NOTES]
    if len(notes) > _MAX_NOTES:
        yield f"{len(notes) - _MAX_NOTES} more wait for what this plan creates"
