"""Which alert rule, action or list a request path names, read as Azure Resource Manager reads it.

Fixed segments compare without regard to case, names keep their spelling and are found in any
case. Nothing here looks whether the resource exists.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import quote, unquote

from generator.emulator.messages import RefusedError

_FIXED = {
    0: "subscriptions",
    2: "resourcegroups",
    4: "providers",
    5: "microsoft.operationalinsights",
    6: "workspaces",
    8: "providers",
    9: "microsoft.securityinsights",
    10: "alertrules",
    12: "actions",
}
_LENGTHS = {11, 12, 13, 14}
_NAME_CHARACTERS = 260
_WORKSPACE_NAMESPACE = uuid.UUID("5d0c5a4e-6a3f-4f0f-9d7b-6f3f6f5a2f11")


@dataclass(frozen=True, slots=True)
class Workspace:
    """A Log Analytics workspace: its resource id as spelled, and the key it is found by."""

    subscription: str
    resource_id: str

    @property
    def key(self) -> str:
        """The same for every spelling of one workspace."""
        return self.resource_id.lower()

    @property
    def customer_id(self) -> str:
        """The GUID that error messages call workspaceId; always the same for one workspace."""
        return str(uuid.uuid5(_WORKSPACE_NAMESPACE, self.key))

    def rule_not_found(self, name: str) -> RefusedError:
        """Return the refusal of a rule that is not there, in the service's words."""
        return RefusedError(
            404,
            "NotFound",
            f"Cannot find rule with resource name '{name}' for workspaceId '{self.customer_id}'.",
        )

    def newer_instance(self, name: str) -> RefusedError:
        """Return the refusal of a write over a stale etag, in the service's words."""
        return RefusedError(
            409,
            "Conflict",
            f"Newer instance of rule '{name}' exists for workspace '{self.customer_id}' "
            "(Etag does not match). Data was not saved.",
        )


@dataclass(frozen=True, slots=True)
class Target:
    """What a path names. `rule` is None for the list of rules.

    `in_actions` tells the list of a rule's actions from the rule itself; `action` is one of them.
    """

    workspace: Workspace
    rule: str | None = None
    in_actions: bool = False
    action: str | None = None


def parse_path(path: str) -> Target:
    """Read the path of a request.

    Raises RefusedError: 404 for a resource type that the emulator does not hold, 400 for a name
    that no resource can have.
    """
    if not path.startswith("/"):
        raise _unknown(path)
    segments = path.rstrip("/").split("/")[1:]
    if len(segments) not in _LENGTHS:
        raise _unknown(path)
    for position, expected in _FIXED.items():
        if position < len(segments) and segments[position].lower() != expected:
            raise _unknown(path)
    names = {
        position: _name(segments[position])
        for position in (1, 3, 7, 11, 13)
        if position < len(segments)
    }
    workspace = Workspace(
        subscription=names[1],
        resource_id=(
            f"/subscriptions/{names[1]}/resourceGroups/{names[3]}"
            f"/providers/Microsoft.OperationalInsights/workspaces/{names[7]}"
        ),
    )
    return Target(workspace, names.get(11), len(segments) > 12, names.get(13))


def rule_resource_id(workspace_resource_id: str, rule: str) -> str:
    """Return the full resource id of a rule, as the service writes it."""
    return f"{workspace_resource_id}/providers/Microsoft.SecurityInsights/alertRules/{rule}"


def list_path(workspace: Workspace) -> str:
    """Return the percent-encoded path of a workspace's list of rules."""
    return quote(f"{workspace.resource_id}/providers/Microsoft.SecurityInsights/alertRules")


def _name(segment: str) -> str:
    name = unquote(segment, errors="strict") if _is_utf8(segment) else ""
    if (
        not name.strip()
        or len(name) > _NAME_CHARACTERS
        or not name.isprintable()
        or any(character in "/\\?#%" for character in name)
    ):
        raise RefusedError(
            400, "InvalidResourceName", f"The resource name '{segment[:80]}' is not valid."
        )
    return name


def _is_utf8(segment: str) -> bool:
    try:
        unquote(segment, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def _unknown(path: str) -> RefusedError:
    return RefusedError(
        404,
        "InvalidResourceType",
        f"The emulator holds alert rules and their actions only; nothing is at '{path[:200]}'.",
    )
