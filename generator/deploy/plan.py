"""What a plan is: one action per rule, and what the user allows.

Only data. How an action is decided is `generator.deploy.plan_actions`, how it is carried out
`generator.deploy.apply`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from generator.deploy.origin import Origin
from generator.kinds import UNNAMED_KIND, shape_of
from generator.kinds.kind import Key
from generator.kinds.shape import Change, Shape


class ActionKind(StrEnum):
    """What a plan says about one rule."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    DELETE = "delete"
    ORPHAN = "orphan"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Action:
    """One rule of a plan.

    `detection` is AREA/SLUG. `etag` is the one that was read, None where no rule is live. `desired`
    is the body without the etag, None where nothing is to be there: the content's, but switched off
    where the rule stays off. An orphan is ours and live, but nothing in the content asks for it
    here. `origin` says where the difference comes from, None where there is none or nobody asked.
    `initial` are properties that only a creation sends; they follow from the content, and no file
    says them.
    """

    id: str
    detection: str
    kind: str
    action: ActionKind
    etag: str | None = None
    reason: str | None = None
    changes: tuple[Change, ...] = ()
    desired: Mapping[str, Any] | None = None
    origin: Origin | None = None
    content_kind: str = UNNAMED_KIND
    initial: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What the resource is known by."""
        return Key.of(self.content_kind, self.id)

    @property
    def at_creation(self) -> Mapping[str, Any]:
        """The body that a creation sends."""
        body = self.desired or {}
        if not self.initial:
            return body
        return {**body, "properties": {**body["properties"], **self.initial}}

    @property
    def shape(self) -> Shape:
        """The members of the bodies."""
        return shape_of(self.content_kind)

    @property
    def stays_off(self) -> bool:
        """Whether the rule is kept switched off, as somebody has left it outside."""
        return self.origin is not None and self.origin.is_disabled

    @property
    def recreates(self) -> bool:
        """Whether the update is a deletion and a creation, because the kind changes."""
        return self.action is ActionKind.UPDATE and any(c.path == "kind" for c in self.changes)

    @property
    def deletes(self) -> bool:
        """Whether a live rule is deleted on the way."""
        return self.action is ActionKind.DELETE or self.recreates

    @property
    def writes(self) -> bool:
        """Whether anything has to be done."""
        return self.action in {ActionKind.CREATE, ActionKind.UPDATE, ActionKind.DELETE}


@dataclass(frozen=True, slots=True)
class Plan:
    """The actions on one workspace, in the order in which they are shown.

    `live_count` is the number of our rules that are live; `notes` say what else matters.
    """

    tenant: str
    workspace_id: str
    tool: str
    content_hash: str
    actions: tuple[Action, ...]
    live_count: int = 0
    notes: tuple[str, ...] = ()

    def of(self, kind: ActionKind) -> tuple[Action, ...]:
        """Return the actions of one kind."""
        return tuple(action for action in self.actions if action.action is kind)

    @property
    def summary(self) -> dict[str, int]:
        """The number of rules by kind of action."""
        return {kind.value: len(self.of(kind)) for kind in ActionKind}


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What the user allows. Ids are lower-case.

    `only` are the detections that are looked at (None: all); with it nothing is ever deleted.
    `adopt` are ids of what somebody else may have made under our name. `restores`: a snapshot is
    put back, so that nothing has to be adopted. `orphans_are` says why an orphan that is not
    retired is one.
    """

    prune: bool = False
    only: frozenset[str] | None = None
    recreate: frozenset[str] = frozenset()
    reenable: frozenset[str] = frozenset()
    adopt: frozenset[str] = frozenset()
    restores: bool = False
    orphans_are: str = "not selected for this tenant"
