"""What a workspace holds against what it should hold, for a schedule: read-only.

Compared with the working tree, where what is live as at an earlier commit is no drift, or with the
plan that was last deployed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from generator.deploy.origin import Origin, Source
from generator.deploy.plan import ActionKind, Plan
from generator.deploy.plan_actions import DISABLED_OUTSIDE
from generator.deploy.tenant_content import KindContent, TenantContent
from generator.deploy.workspace import (
    CONTRADICTED,
    LiveRule,
    Workspace,
    Workspaces,
    switched,
)
from generator.kinds import KINDS, UNNAMED_KIND
from generator.kinds.kind import Resource
from generator.kinds.shape import Change
from generator.text.safe_text import visible

_MAX_IDS = 10

OriginsByKind = Mapping[str, Mapping[str, Origin]]
"""By kind of content, then by lower-case id."""

NO_ORIGINS_BY_KIND: OriginsByKind = MappingProxyType({})


class DriftStatus(StrEnum):
    """How a rule differs. Only CHANGED and MISSING are drift.

    NOT_DEPLOYED: as at an earlier commit, or in the working tree but not in the plan that was
    deployed. ORPHAN: ours and live, but not wanted here.
    """

    CHANGED = "changed"
    MISSING = "missing"
    NOT_DEPLOYED = "not-deployed"
    ORPHAN = "orphan"


@dataclass(frozen=True, slots=True)
class Drift:
    """One rule that is not as it should be. `reason` says it in other words where it is known."""

    id: str
    detection: str
    status: DriftStatus
    changes: tuple[Change, ...] = ()
    reason: str | None = None
    origin: Origin | None = None
    content_kind: str = UNNAMED_KIND

    @property
    def counts(self) -> bool:
        """Whether this is drift, and not only worth knowing."""
        return self.status in {DriftStatus.CHANGED, DriftStatus.MISSING}


def find_drift(
    content: TenantContent,
    workspaces: Workspaces,
    deployed: Plan | None = None,
    origins: OriginsByKind = NO_ORIGINS_BY_KIND,
) -> tuple[Drift, ...]:
    """Return what differs: drift first, of that a changed `enabled`, then by detection.

    `origins` say by kind and lower-case id where a difference comes from; against a deployed plan
    there are none to be told.
    """
    expected = [*content.desired] if deployed is None else _deployed_resources(deployed)
    found = [
        drift
        for part in content.kinds
        for drift in _drift_of(
            part,
            {one.key.id: one for one in expected if one.kind == part.kind},
            workspaces[part.kind],
            origins.get(part.kind, {}),
        )
    ]
    return tuple(sorted(found, key=_order))


def _drift_of(
    content: KindContent,
    expected: Mapping[str, Resource],
    workspace: Workspace,
    origins: Mapping[str, Origin],
) -> Iterator[Drift]:
    kind = content.kind
    for key, one in expected.items():
        live = workspace.ours.get(key)
        origin = origins.get(key)
        if key in workspace.contradicted:
            missing = DriftStatus.MISSING
            yield Drift(one.id, one.label, missing, reason=CONTRADICTED, content_kind=kind)
        elif live is None:
            status = _status(origin, DriftStatus.MISSING)
            yield Drift(one.id, one.label, status, origin=origin, content_kind=kind)
        elif live.shape.changes(live.body, one.body):
            yield _changed(one, live, origin)
    for key, live in workspace.ours.items():
        if key not in expected:
            yield Drift(live.id, content.owned[key], DriftStatus.ORPHAN, content_kind=kind)
    for one in content.desired:
        key = one.key.id
        if key not in expected and key not in workspace.ours:
            yield Drift(one.id, one.label, DriftStatus.NOT_DEPLOYED, content_kind=kind)


def not_compared_note(workspaces: Workspaces) -> str | None:
    """Return which members of our rules were not compared, or None.

    They belong to the service or the portal, but one of them may decide whether a rule runs.
    """
    rules: dict[str, list[str]] = {}
    for live in (live for workspace in workspaces.values() for live in workspace.ours.values()):
        for path in live.shape.not_compared(live.body):
            rules.setdefault(path.removeprefix("properties."), []).append(live.id)
    if not rules:
        return None
    named = "; ".join(
        f"{path} of {', '.join(ids[:_MAX_IDS])}{' …' if len(ids) > _MAX_IDS else ''}"
        for path, ids in sorted(rules.items())[:_MAX_IDS]
    )
    return f"set outside, and not compared because a detection cannot say it: {visible(named)}"


def drift_document(tenant: str, workspace_id: str, drifts: tuple[Drift, ...]) -> dict[str, Any]:
    """Return the drift as a JSON document."""
    return {
        "tenant": tenant,
        "workspaceId": workspace_id,
        "rules": [
            {
                "id": drift.id,
                "detection": drift.detection,
                "status": drift.status.value,
                "changes": [
                    {"path": change.path, "live": change.live, "desired": change.desired}
                    for change in drift.changes
                ],
                "reason": drift.reason,
                "origin": None if drift.origin is None else drift.origin.document(),
                "contentKind": drift.content_kind,
            }
            for drift in drifts
        ],
        "summary": {
            status.value: sum(drift.status is status for drift in drifts) for status in DriftStatus
        },
    }


def drift_json(tenant: str, workspace_id: str, drifts: tuple[Drift, ...]) -> str:
    """Return the drift as JSON text."""
    document = drift_document(tenant, workspace_id, drifts)
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _deployed_resources(plan: Plan) -> list[Resource]:
    """Return what a plan wanted live; a blocked rule that was live is not as it should be.

    So is one that a plan left switched off, because somebody had switched it off.
    """
    found = []
    for action in plan.actions:
        body: Mapping[str, Any] | None = action.desired
        if body is not None and action.stays_off:
            body = switched(body, enabled=True)
        was_live = action.action is not ActionKind.BLOCKED or action.etag is not None
        if body is not None and was_live:
            found.append(KINDS[action.content_kind].resource_of(action.id, action.detection, body))
    return found


def _changed(rule: Resource, live: LiveRule, origin: Origin | None) -> Drift:
    off = origin is not None and origin.is_disabled
    if origin is None and not live.enabled:
        off = live.shape.same(switched(live.body, enabled=True), rule.body)
    return Drift(
        live.id,
        rule.label,
        _status(origin, DriftStatus.CHANGED),
        live.shape.changes(live.body, rule.body),
        DISABLED_OUTSIDE if off else None,
        origin,
        rule.kind,
    )


def _status(origin: Origin | None, otherwise: DriftStatus) -> DriftStatus:
    from_here = origin is not None and origin.source is Source.REPOSITORY
    return DriftStatus.NOT_DEPLOYED if from_here else otherwise


def _order(drift: Drift) -> tuple[bool, bool, str, str]:
    enabled = any(change.path == "properties.enabled" for change in drift.changes)
    return (not drift.counts, not enabled, drift.detection, drift.id)
