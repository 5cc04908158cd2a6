"""Going back to a snapshot: the same plan as a deployment, but for whole bodies.

A deployment keeps what it does not know. A rollback puts back everything that was there, so it
compares and writes every member that the service lets one write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from generator.deploy.snapshot import Item, Snapshot, SnapshotError
from generator.deploy.tenant_content import TenantContent
from generator.deploy.workspace import is_ours
from generator.deploy.write_rule import Writing
from generator.kinds import KINDS
from generator.kinds.kind import ContentKind, Resource
from generator.kinds.shape import Shape

ORPHANS_ARE = "not in the snapshot"

_MAX_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class Restoration:
    """What a snapshot asks for. `foreign` are names of its rules that are not ours: left alone.

    `actions` are by lower-case id; a rule whose actions the snapshot does not tell has none there.
    """

    content: TenantContent
    actions: Mapping[str, list[dict[str, Any]]]
    foreign: tuple[str, ...]


def restoration_of(content: TenantContent, snapshot: Snapshot) -> Restoration:
    """Return what to put back: the snapshot's rules that are ours, and their actions by id.

    `content` says what is ours; kinds that the user did not name are left out.

    Raises SnapshotError for one that cannot be what the service answered: nothing is put back of a
    file in which somebody has written.
    """
    desired: dict[str, list[Resource]] = {}
    actions = {}
    foreign = []
    for item in snapshot.items:
        if content.only and item.kind not in content.only:
            continue
        kind = KINDS[item.kind]
        owned = content.of(item.kind).owned
        key = item.name.casefold()
        if not is_ours(item.name, owned):
            foreign.append(item.name)
            continue
        _require_as_answered(item, kind, snapshot.workspace_id)
        body = kind.shape.writable(item.body)
        desired.setdefault(item.kind, []).append(kind.resource_of(item.name, owned[key], body))
        if item.actions is not None:
            actions[key] = [*item.actions]
    kinds = (replace(part, desired=tuple(desired.get(part.kind, ()))) for part in content.kinds)
    return Restoration(replace(content, kinds=tuple(kinds)), actions, tuple(foreign))


def _require_as_answered(item: Item, kind: ContentKind, workspace_id: str) -> None:
    expected = {"id": f"{workspace_id}/{kind.collection}/{item.name}", "type": kind.answered_type}
    problems = [
        f"{member} is not {value}"
        for member, value in expected.items()
        if str(item.body.get(member) or value).casefold() != value.casefold()
    ]
    problems += kind.unsendable(item.body)
    if problems:
        raise SnapshotError(
            f"rule {item.name} of the snapshot is not as the service answers one, so the file was "
            f"altered and nothing of it is put back: {'; '.join(problems[:_MAX_PROBLEMS])}"
        )


RESTORATION = Writing(body=lambda _shape, _live, desired: desired, differ=Shape.differing_members)
