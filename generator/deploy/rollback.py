"""Going back to a snapshot: the same plan as a deployment, but for whole bodies.

A deployment keeps what it does not know. A rollback puts back everything that was there, so it
compares and writes every member that the service lets one write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from generator.catalog.detection import Catalog
from generator.deploy.snapshot import Snapshot, SnapshotError
from generator.deploy.tenant_content import TenantContent, content_of
from generator.deploy.write_rule import Writing
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES, TYPE
from generator.kinds.analytic_rule.sendable import unsendable_members
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


def restoration_of(catalog: Catalog, snapshot: Snapshot) -> Restoration:
    """Return what to put back: the snapshot's rules that are ours, and their actions by id.

    Raises SnapshotError for one that cannot be what the service answered: nothing is put back of a
    file in which somebody has written.
    """
    content = content_of(catalog, ())
    desired = []
    actions = {}
    foreign = []
    for rule in snapshot.rules:
        key = rule["name"].casefold()
        if key not in content.owned:
            foreign.append(rule["name"])
            continue
        _require_as_answered(rule, snapshot.workspace_id)
        answered = {name: value for name, value in rule.items() if name != "actions"}
        body = ANALYTIC_RULES.shape.writable(answered)
        desired.append(ANALYTIC_RULES.resource_of(rule["name"], content.owned[key], body))
        if "actions" in rule:
            actions[key] = list(rule["actions"])
    return Restoration(replace(content, desired=tuple(desired)), actions, tuple(foreign))


def _require_as_answered(rule: Mapping[str, Any], workspace_id: str) -> None:
    name = rule["name"]
    expected = {"id": f"{workspace_id}/providers/{TYPE}/{name}", "type": TYPE}
    problems = [
        f"{member} is not {value}"
        for member, value in expected.items()
        if str(rule.get(member) or value).casefold() != value.casefold()
    ]
    problems += unsendable_members(rule)
    if problems:
        raise SnapshotError(
            f"rule {name} of the snapshot is not as the service answers one, so the file was "
            f"altered and nothing of it is put back: {'; '.join(problems[:_MAX_PROBLEMS])}"
        )


RESTORATION = Writing(body=lambda _shape, _live, desired: desired, differ=Shape.differing_members)
