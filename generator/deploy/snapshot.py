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
from generator.azure.errors import (
    GoneError,
    UnaddressableError,
    UnintelligibleError,
    printable,
)
from generator.disk.atomic_files import write_with
from generator.disk.untrusted_json import read_json
from generator.kinds.analytic_rule.live import LiveRules
from generator.text.safe_text import safe_json

VERSION = 1
MAX_BYTES = 256 * 1024 * 1024

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)

Body = Mapping[str, Any]


class SnapshotError(Exception):
    """A file is no snapshot that can be used here."""


class OtherWorkspaceError(SnapshotError):
    """A file is a snapshot of another workspace."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rules of a workspace at a time (UTC, ISO 8601); each body has a member `actions`."""

    workspace_id: str
    taken_at: str
    rules: tuple[Body, ...]


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


def with_actions(
    client: LiveRules,
    bodies: Iterable[Body],
    *,
    concurrency: int = 8,
    only: Collection[str] | None = None,
) -> list[dict[str, Any]]:
    """Return rules with their playbook actions, in the order given. Raises ServiceError.

    `only` are the lower-case ids of those whose actions are wanted; None means all. The others go
    without `actions`, and so does a foreign rule whose name leads nowhere.
    """

    def read(body: Body) -> dict[str, Any]:
        if only is not None and str(body.get("name")).casefold() not in only:
            return dict(body)
        try:
            return {**body, "actions": client.actions(str(body.get("name") or ""))}
        except UnaddressableError:
            return dict(body)
        except GoneError:
            # Deleted since the list was read; the body is still worth keeping.
            return {**body, "actions": []}

    with ThreadPoolExecutor(concurrency, thread_name_prefix="snapshot") as pool:
        return list(pool.map(read, bodies))


def write_snapshot(path: Path, workspace_id: str, taken_at: datetime, rules: Iterable[Body]) -> int:
    """Write a snapshot whole or not at all and return the number of rules.

    Raises OSError, and UnintelligibleError for what `read_snapshot` would refuse: a snapshot that
    cannot be read is found out when it is needed.
    """
    count = 0

    def write(stream: TextIO) -> None:
        nonlocal count
        head = {"version": VERSION, "workspaceId": workspace_id, "takenAt": _iso(taken_at)}
        stream.write(json.dumps(head, indent=2, ensure_ascii=False)[:-2] + ',\n  "rules": [')
        for body in rules:
            if not _is_rule(body):
                name = printable(str(body.get("name")), 100)
                raise UnintelligibleError(f"the workspace lists {name!r}, which is no rule")
            stream.write(",\n" if count else "\n")
            stream.write(safe_json(json.dumps(body, indent=2, ensure_ascii=False)))
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
    if not isinstance(document, dict) or set(document) != {
        "version",
        "workspaceId",
        "takenAt",
        "rules",
    }:
        raise SnapshotError(f"{path} is no snapshot")
    if isinstance(document["version"], bool) or document["version"] != VERSION:
        raise SnapshotError(f"{path} is a snapshot of version {document['version']!r}")
    taken_at = document["takenAt"]
    if not isinstance(taken_at, str) or _MOMENT.fullmatch(taken_at) is None:
        raise SnapshotError(f"{path} does not say when it was taken")
    if str(document["workspaceId"]).casefold() != workspace_id.casefold():
        raise OtherWorkspaceError(
            f"{path} is a snapshot of another workspace ({document['workspaceId']})"
        )
    rules = document["rules"]
    if not isinstance(rules, list) or not all(_is_rule(rule) for rule in rules):
        raise SnapshotError(f"{path} holds something that is no rule")
    names = [rule["name"].casefold() for rule in rules]
    if len(set(names)) != len(names):
        raise SnapshotError(f"{path} holds a rule twice")
    return Snapshot(str(document["workspaceId"]), str(document["takenAt"]), tuple(rules))


def _is_rule(rule: Any) -> bool:
    if not isinstance(rule, dict):
        return False
    texts = (rule.get(name, "") for name in ("id", "type", "etag"))
    named = isinstance(rule.get("name"), str) and isinstance(rule.get("kind"), str)
    return (
        named
        and all(text is None or isinstance(text, str) for text in texts)
        and isinstance(rule.get("properties", {}), dict)
        and are_actions(rule.get("actions", []))
    )


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"
