"""Snapshots: the bodies of rules as they were read, with their playbook actions.

A snapshot is written before a deployment changes anything. It may hold what a workspace keeps to
itself, so only its owner may read the file.
"""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from generator.azure.answers import are_actions
from generator.azure.client import ArmClient
from generator.azure.errors import (
    GoneError,
    UnaddressableError,
    UnintelligibleError,
    printable,
)
from generator.disk.atomic_files import write_with
from generator.disk.untrusted_json import read_json
from generator.kinds import KINDS, UNNAMED_KIND, shape_of
from generator.kinds.analytic_rule.live import LiveRules
from generator.kinds.kind import Key
from generator.text.safe_text import safe_json

VERSION = 2
"""Version 1 knew analytics rules only and named no kind of content."""

_READ = (1, VERSION)
MAX_BYTES = 256 * 1024 * 1024

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)

Body = Mapping[str, Any]


class SnapshotError(Exception):
    """A file is no snapshot that can be used here."""


class OtherWorkspaceError(SnapshotError):
    """A file is a snapshot of another workspace."""


@dataclass(frozen=True, slots=True)
class Item:
    """A resource as the service answered it, and its kind of content.

    `actions` are the playbook actions of a rule, None where the snapshot does not tell them.
    """

    kind: str
    body: Body
    actions: tuple[dict[str, Any], ...] | None = None

    @property
    def name(self) -> str:
        """Its name in Azure."""
        return str(self.body.get("name"))

    def document(self) -> dict[str, Any]:
        """Return the item in the documented form."""
        told = {} if self.actions is None else {"actions": [*self.actions]}
        return {**self.body, **told, "contentKind": self.kind}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a workspace held at a time (UTC, ISO 8601).

    `api_version` is the one that it was read with where that does not show everything.
    """

    workspace_id: str
    taken_at: str
    items: tuple[Item, ...]
    api_version: str | None = None


def snapshot_path(root: Path, tenant: str, now: datetime) -> Path:
    """Return where a snapshot goes. `now` is UTC; microseconds keep two runs apart.

    Raises OSError where a link is in the way: content may bring one, and must not choose where on
    the machine a workspace's rules are written.
    """
    folder = root / ".sentinelgen" / "snapshots"
    for part in (folder.parent, folder):
        if part.is_symlink():
            raise NotADirectoryError(errno.ENOTDIR, "a symbolic link is in the way", str(part))
    return folder / f"{tenant}-{now:%Y%m%dT%H%M%S.%fZ}.json"


def snapshot_items(
    arm: ArmClient,
    bodies: Mapping[str, Iterable[Body]],
    *,
    concurrency: int = 8,
    only: Collection[Key] | None = None,
) -> list[Item]:
    """Return what goes into a snapshot, in the order given. Raises ServiceError.

    `bodies` are by kind of content. `only` are the rules whose playbook actions are wanted; None
    means all. The others go without, and so do a foreign rule whose name leads nowhere and one that
    is gone.
    """
    rules = LiveRules(arm)

    def item(kind: str, body: Body) -> Item:
        name = str(body.get("name") or "")
        if kind != rules.kind or (only is not None and Key.of(kind, name) not in only):
            return Item(kind, body)
        try:
            return Item(kind, body, tuple(rules.actions(name)))
        except (UnaddressableError, GoneError):
            # Deleted since the list was read; the body is still worth keeping, and that it had no
            # playbooks nobody has said.
            return Item(kind, body)

    pairs = [(kind, body) for kind, listed in bodies.items() for body in listed]
    with ThreadPoolExecutor(concurrency, thread_name_prefix="snapshot") as pool:
        return list(pool.map(item, *zip(*pairs, strict=True))) if pairs else []


def write_snapshot(
    path: Path,
    workspace_id: str,
    taken_at: datetime,
    items: Iterable[Item],
    api_version: str | None = None,
) -> int:
    """Write a snapshot whole or not at all and return the number of items.

    Raises OSError, and UnintelligibleError for what `read_snapshot` would refuse: a snapshot that
    cannot be read is found out when it is needed.
    """
    count = 0

    def write(stream: TextIO) -> None:
        nonlocal count
        head: dict[str, Any] = {
            "version": VERSION,
            "workspaceId": workspace_id,
            "takenAt": _iso(taken_at),
        }
        if api_version is not None:
            head["apiVersion"] = api_version
        stream.write(json.dumps(head, indent=2, ensure_ascii=False)[:-2] + ',\n  "rules": [')
        for item in items:
            document = item.document()
            if not _is_item(document):
                name = printable(item.name, 100)
                raise UnintelligibleError(f"the workspace lists {name!r}, which is no rule")
            stream.write(",\n" if count else "\n")
            stream.write(safe_json(json.dumps(document, indent=2, ensure_ascii=False)))
            count += 1
        stream.write("\n]}\n")

    write_with(path, write, private=True)
    return count


def read_snapshot(path: Path, workspace_id: str) -> Snapshot:
    """Read a snapshot of a workspace. Raises SnapshotError."""
    try:
        document = read_json(path, MAX_BYTES)
    except OSError as error:
        raise SnapshotError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise SnapshotError(f"{path} is no snapshot: {error}") from error
    if not isinstance(document, dict) or set(document) - {"apiVersion"} != {
        "version",
        "workspaceId",
        "takenAt",
        "rules",
    }:
        raise SnapshotError(f"{path} is no snapshot")
    api_version = document.get("apiVersion")
    if "apiVersion" in document and not isinstance(api_version, str):
        raise SnapshotError(f"{path} does not say with which API version it was taken")
    if isinstance(document["version"], bool) or document["version"] not in _READ:
        raise SnapshotError(f"{path} is a snapshot of version {document['version']!r}")
    taken_at = document["takenAt"]
    if not isinstance(taken_at, str) or _MOMENT.fullmatch(taken_at) is None:
        raise SnapshotError(f"{path} does not say when it was taken")
    if str(document["workspaceId"]).casefold() != workspace_id.casefold():
        raise OtherWorkspaceError(
            f"{path} is a snapshot of another workspace ({document['workspaceId']})"
        )
    rules = document["rules"]
    if not isinstance(rules, list) or not all(_is_item(rule) for rule in rules):
        raise SnapshotError(f"{path} holds something that is no rule")
    items = tuple(_item(rule) for rule in rules)
    if len({Key.of(item.kind, item.name) for item in items}) != len(items):
        raise SnapshotError(f"{path} holds a rule twice")
    return Snapshot(str(document["workspaceId"]), str(document["takenAt"]), items, api_version)


def _item(document: Mapping[str, Any]) -> Item:
    body = {name: value for name, value in document.items() if name not in _ITEM_MEMBERS}
    actions = document.get("actions")
    told = None if actions is None else tuple(actions)
    return Item(document.get("contentKind", UNNAMED_KIND), body, told)


_ITEM_MEMBERS = {"actions", "contentKind"}
"""What a snapshot adds to what the service answered."""


def _is_item(rule: Any) -> bool:
    if not isinstance(rule, dict):
        return False
    kind = rule.get("contentKind", UNNAMED_KIND)
    if not isinstance(kind, str) or kind not in KINDS:
        return False
    texts = (rule.get(name, "") for name in ("id", "type", "etag"))
    has_kind = isinstance(rule.get("kind"), str) or not shape_of(kind).says_kind
    named = isinstance(rule.get("name"), str) and has_kind
    return (
        named
        and all(text is None or isinstance(text, str) for text in texts)
        and isinstance(rule.get("properties", {}), dict)
        and are_actions(rule.get("actions", []))
    )


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"
