"""What a workspace holds against what it should hold, for a schedule: read-only.

Compared with the working tree, or with the plan that was last deployed: with the latter a merge
that has not been deployed yet is no drift.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from generator.deploy.content import DesiredRule, TenantContent
from generator.deploy.normalise import Change, changes
from generator.deploy.plan import ActionKind, Plan
from generator.deploy.workspace import Workspace


class DriftStatus(StrEnum):
    """How a rule differs. Only CHANGED and MISSING are drift.

    NOT_DEPLOYED: in the working tree, but not in the plan that was deployed. ORPHAN: ours and live,
    but not wanted here.
    """

    CHANGED = "changed"
    MISSING = "missing"
    NOT_DEPLOYED = "not-deployed"
    ORPHAN = "orphan"


@dataclass(frozen=True, slots=True)
class Drift:
    """One rule that is not as it should be."""

    id: str
    detection: str
    status: DriftStatus
    changes: tuple[Change, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether this is drift, and not only worth knowing."""
        return self.status in {DriftStatus.CHANGED, DriftStatus.MISSING}


def find_drift(
    content: TenantContent, workspace: Workspace, deployed: Plan | None = None
) -> tuple[Drift, ...]:
    """Return the rules that differ, those with a changed `enabled` first, then by detection."""
    expected = {
        rule.id.casefold(): rule
        for rule in (content.desired if deployed is None else _deployed_rules(deployed))
    }
    found: list[Drift] = []
    for key, rule in expected.items():
        live = workspace.ours.get(key)
        if live is None:
            found.append(Drift(rule.id, rule.detection, DriftStatus.MISSING))
        elif differences := changes(live.body, rule.body):
            found.append(Drift(live.id, rule.detection, DriftStatus.CHANGED, differences))
    for key, live in workspace.ours.items():
        if key not in expected:
            found.append(Drift(live.id, content.owned[key], DriftStatus.ORPHAN))
    for rule in content.desired:
        key = rule.id.casefold()
        if key not in expected and key not in workspace.ours:
            found.append(Drift(rule.id, rule.detection, DriftStatus.NOT_DEPLOYED))
    return tuple(sorted(found, key=_order))


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


def _deployed_rules(plan: Plan) -> list[DesiredRule]:
    """Return what a plan left live; a blocked rule that was live is not as it should be."""
    rules = []
    for action in plan.actions:
        body: Mapping[str, Any] | None = action.desired
        was_live = action.action is not ActionKind.BLOCKED or action.etag is not None
        if body is not None and was_live:
            rules.append(DesiredRule(action.id, action.detection, body))
    return rules


def _order(drift: Drift) -> tuple[bool, str, str]:
    enabled = any(change.path == "properties.enabled" for change in drift.changes)
    return (not enabled, drift.detection, drift.id)
