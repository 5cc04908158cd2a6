"""Which resource or list a request path names, read as Azure Resource Manager reads it.

Fixed segments compare without regard to case, names keep their spelling and are found in any
case. Nothing here looks whether the resource exists.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from generator.emulator.messages import RefusedError

_FIXED = {
    0: "subscriptions",
    2: "resourcegroups",
    4: "providers",
    5: "microsoft.operationalinsights",
    6: "workspaces",
}
_BELOW = 8
"""Where the segments below a workspace begin."""

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
class Collection:
    """Resources of one kind below a workspace.

    `path` are the segments, as the service spells them, `parts` the names of the lists that each
    resource has.
    """

    path: tuple[str, ...]
    parts: frozenset[str] = frozenset()


ALERT_RULES = Collection(
    ("providers", "Microsoft.SecurityInsights", "alertRules"), frozenset({"actions"})
)


@dataclass(frozen=True, slots=True)
class Target:
    """What a path names. `name` is None for the list of a collection.

    `part` is a list that the resource has, or None for the resource itself; `part_name` names one
    of that list.
    """

    workspace: Workspace
    collection: Collection
    name: str | None = None
    part: str | None = None
    part_name: str | None = None


def parse_path(path: str, collections: Iterable[Collection]) -> Target:
    """Read the path of a request for one of these collections.

    Raises RefusedError: 404 for a resource type that the emulator does not hold, 400 for a name
    that no resource can have.
    """
    if not path.startswith("/"):
        raise _unknown(path)
    segments = path.rstrip("/").split("/")[1:]
    for position, expected in _FIXED.items():
        if position >= len(segments) or segments[position].lower() != expected:
            raise _unknown(path)
    collection = _collection(segments[_BELOW:], collections)
    if collection is None:
        raise _unknown(path)
    rest = segments[_BELOW + len(collection.path) :]
    part = rest[1].lower() if len(rest) > 1 else None
    if len(rest) > _MOST_BELOW or (part is not None and part not in collection.parts):
        raise _unknown(path)
    subscription, group, name = (_name(segments[position]) for position in (1, 3, 7))
    workspace = Workspace(
        subscription=subscription,
        resource_id=(
            f"/subscriptions/{subscription}/resourceGroups/{group}"
            f"/providers/Microsoft.OperationalInsights/workspaces/{name}"
        ),
    )
    names = [_name(segment) for segment in rest[::2]]
    return Target(
        workspace,
        collection,
        names[0] if names else None,
        part,
        names[1] if len(names) > 1 else None,
    )


_MOST_BELOW = 3
"""Segments below a collection: a name, a part, a name in it."""


def _collection(below: Sequence[str], collections: Iterable[Collection]) -> Collection | None:
    lowered = tuple(segment.lower() for segment in below)
    for collection in collections:
        if lowered[: len(collection.path)] == tuple(part.lower() for part in collection.path):
            return collection
    return None


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
        or name in {".", ".."}
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
        "The emulator holds alert rules, their actions and saved searches; nothing is at "
        f"'{path[:200]}'.",
    )
