"""Rules and actions in SQLite, in memory or in a file that survives a kill of the process.

Every write is committed before it is answered. This module knows workspaces, names and etags as
text; what a rule may hold and how it looks on the wire is not its business.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from typing import Any

from generator.emulator.past_views import PastViews

_APPLICATION_ID = 0x53474D55
_SCHEMA_VERSION = 1
_RULE_COLUMNS = "position, name, kind, enabled, etag, properties"


class StoreError(Exception):
    """The database file cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A rule as kept. `position` orders the list; 0 stands for a rule that has no place yet."""

    name: str
    kind: str
    enabled: bool
    etag: str
    properties: dict[str, Any]
    position: int = 0


@dataclass(frozen=True, slots=True)
class StoredAction:
    """A playbook action of a rule as kept."""

    name: str
    etag: str
    properties: dict[str, Any]


class Store:
    """All workspaces of one emulator. Safe for use by many threads, and by several processes.

    `workspace` is a workspace's key for its rules; other lists of a workspace have keys of their
    own, and what they hold is kept as rules are.
    Earlier states are kept for `keep` seconds of `clock`, which never goes back. Raises StoreError
    where the file is no database, or somebody else's.
    """

    def __init__(
        self,
        path: str | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        keep: float = 0.0,
    ) -> None:
        self._lock = threading.RLock()
        self._past = PastViews[StoredRule](clock, keep)
        try:
            self._connection = sqlite3.connect(
                path or ":memory:", isolation_level=None, check_same_thread=False, timeout=10
            )
        except sqlite3.Error as error:
            raise StoreError(f"{path}: {error}") from error
        try:
            self._open()
        except (sqlite3.Error, StoreError) as error:
            self._connection.close()
            raise StoreError(f"{path}: {error}") from error

    def _open(self) -> None:
        run = self._connection.execute
        (version,) = run("PRAGMA user_version").fetchone()
        (application,) = run("PRAGMA application_id").fetchone()
        (tables,) = run("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and (application, version) != (_APPLICATION_ID, _SCHEMA_VERSION):
            raise StoreError("the file is a database, but not one that this emulator wrote")
        # WAL with NORMAL keeps every commit through a kill of the process; only a power cut may
        # undo the last ones.
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        if not tables:
            with self.transaction():
                schema = resources.files(__package__).joinpath("store_schema.sql")
                for statement in schema.read_text("utf-8").split(";\n"):
                    run(statement)
                run(f"PRAGMA application_id = {_APPLICATION_ID}")
                run(f"PRAGMA user_version = {_SCHEMA_VERSION}")

    def close(self) -> None:
        """Close the database. Nothing may use the store afterwards."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold all other writers off; commit at the end, or undo everything on an exception.

        Inside of another one it is a part of that. Raises StoreError where SQLite cannot write: the
        disk is full, another process holds on.
        """
        with self._lock:
            is_part = self._connection.in_transaction
            if is_part:
                yield
                return
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise StoreError(f"the database cannot be written: {error}") from error
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def workspace_resource_id(self, workspace: str) -> str | None:
        """Return the workspace's resource id as it was first spelled, or None if it is unknown."""
        with self._lock:
            row = self._connection.execute(
                "SELECT resource_id FROM workspaces WHERE key = ?", (workspace,)
            ).fetchone()
        return str(row[0]) if row else None

    def add_workspace(self, workspace: str, resource_id: str) -> None:
        """Make a workspace without rules. Only inside a transaction."""
        self._connection.execute("INSERT INTO workspaces VALUES (?, ?)", (workspace, resource_id))

    def next_sequence(self) -> int:
        """Return a number that was never returned before, not even by an earlier process.

        Only inside a transaction.
        """
        row = self._connection.execute(
            "UPDATE sequence SET last = last + 1 RETURNING last"
        ).fetchone()
        return int(row[0])

    def rule(self, workspace: str, name: str) -> StoredRule | None:
        """Return a rule by its name in any case."""
        with self._lock:
            row = self._connection.execute(
                f"SELECT {_RULE_COLUMNS} FROM rules WHERE workspace = ? AND key = ?",  # noqa: S608
                (workspace, name.lower()),
            ).fetchone()
        return _rule(row) if row else None

    def position_before(self, workspace: str, after: int, count: int) -> int:
        """Return the position behind which the `count` rules up to a position stand."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT position FROM rules WHERE workspace = ? AND position <= ?"
                " ORDER BY position DESC LIMIT ?",
                (workspace, after, count),
            ).fetchall()
        return int(rows[-1][0]) - 1 if rows else after

    def rules(self, workspace: str, after: int, limit: int) -> list[StoredRule]:
        """Return up to `limit` rules behind a position, in the order of their creation."""
        with self._lock:
            rows = self._connection.execute(
                f"SELECT {_RULE_COLUMNS} FROM rules WHERE workspace = ? AND position > ?"  # noqa: S608
                " ORDER BY position LIMIT ?",
                (workspace, after, limit),
            ).fetchall()
        return [_rule(row) for row in rows]

    def has_name(self, workspace: str, display_name: str, besides: str) -> bool:
        """Return whether a rule besides the named one has a display name, in any case."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT json_extract(properties, '$.displayName') FROM rules WHERE workspace = ?"
                " AND key <> ?",
                (workspace, besides.lower()),
            ).fetchall()
        return any(str(name).casefold() == display_name.casefold() for (name,) in rows)

    def count_enabled(self, workspace: str, kind: str, besides: str) -> int:
        """Return how many enabled rules of a kind there are besides the named one."""
        with self._lock:
            row = self._connection.execute(
                "SELECT count(*) FROM rules WHERE workspace = ? AND kind = ? AND enabled"
                " AND key <> ?",
                (workspace, kind, besides.lower()),
            ).fetchone()
        return int(row[0])

    def put_rule(self, workspace: str, rule: StoredRule) -> None:
        """Create or replace a rule. Only inside a transaction."""
        key = rule.name.lower()
        self._remember(workspace, key)
        self._connection.execute(
            "INSERT INTO rules (workspace, key, name, kind, enabled, etag, properties)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace, key) DO UPDATE SET"
            " kind = excluded.kind, enabled = excluded.enabled, etag = excluded.etag,"
            " properties = excluded.properties",
            (workspace, key, rule.name, rule.kind, rule.enabled, rule.etag, _text(rule.properties)),
        )

    def delete_rule(self, workspace: str, name: str) -> None:
        """Delete a rule and its actions. Only inside a transaction."""
        key = name.lower()
        self._remember(workspace, key)
        for table, column in (("actions", "rule"), ("rules", "key")):
            self._connection.execute(
                f"DELETE FROM {table} WHERE workspace = ? AND {column} = ?",  # noqa: S608
                (workspace, key),
            )

    def action(self, workspace: str, rule: str, name: str) -> StoredAction | None:
        """Return an action of a rule by its name in any case."""
        with self._lock:
            row = self._connection.execute(
                "SELECT name, etag, properties FROM actions"
                " WHERE workspace = ? AND rule = ? AND key = ?",
                (workspace, rule.lower(), name.lower()),
            ).fetchone()
        return _action(row) if row else None

    def actions(self, workspace: str, rule: str) -> list[StoredAction]:
        """Return a rule's actions in the order of their creation."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT name, etag, properties FROM actions WHERE workspace = ? AND rule = ?"
                " ORDER BY position",
                (workspace, rule.lower()),
            ).fetchall()
        return [_action(row) for row in rows]

    def put_action(self, workspace: str, rule: str, action: StoredAction) -> None:
        """Create or replace an action. Only inside a transaction."""
        self._connection.execute(
            "INSERT INTO actions (workspace, rule, key, name, etag, properties)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (workspace, rule, key) DO UPDATE SET"
            " etag = excluded.etag, properties = excluded.properties",
            (
                workspace,
                rule.lower(),
                action.name.lower(),
                action.name,
                action.etag,
                _text(action.properties),
            ),
        )

    def delete_action(self, workspace: str, rule: str, name: str) -> None:
        """Delete an action. Only inside a transaction."""
        self._connection.execute(
            "DELETE FROM actions WHERE workspace = ? AND rule = ? AND key = ?",
            (workspace, rule.lower(), name.lower()),
        )

    def has_stale_view(self, workspace: str, name: str | None) -> bool:
        """Return whether a write of this process lies behind the rule, or behind the list."""
        with self._lock:
            return self._past.knows(workspace, name and name.lower())

    def rule_before_last_write(self, workspace: str, name: str) -> StoredRule | None:
        """Return a rule as it was before its last write; None where that write created it."""
        with self._lock:
            return self._past.rule_before_last_write(workspace, name.lower())

    def rules_before_last_write(
        self, workspace: str, after: int, limit: int
    ) -> Sequence[StoredRule]:
        """Return the list as it was before the last write in the workspace."""
        with self._lock:
            return self._rules_as_before(
                workspace, after, limit, self._past.undoing_last_write(workspace)
            )

    def lags(self, workspace: str, seconds: float) -> bool:
        """Return whether anything was written in the last seconds."""
        with self._lock:
            return bool(self._past.undoing_since(workspace, seconds))

    def rules_of(
        self, workspace: str, seconds: float, after: int, limit: int
    ) -> Sequence[StoredRule]:
        """Return the list as it was some seconds ago."""
        with self._lock:
            return self._rules_as_before(
                workspace, after, limit, self._past.undoing_since(workspace, seconds)
            )

    def forget_views(self, workspace: str) -> None:
        """Forget what lay before the writes so far: the rules of a fresh workspace are no news."""
        with self._lock:
            self._past.forget(workspace)

    def _rules_as_before(
        self, workspace: str, after: int, limit: int, undone: Mapping[str, StoredRule | None]
    ) -> Sequence[StoredRule]:
        current = self.rules(workspace, after, limit + len(undone))
        kept = [rule for rule in current if rule.name.lower() not in undone]
        kept += [rule for rule in undone.values() if rule is not None and rule.position > after]
        return sorted(kept, key=lambda rule: rule.position)[:limit]

    def _remember(self, workspace: str, key: str) -> None:
        self._past.remember(workspace, key, self.rule(workspace, key))


def _rule(row: tuple[Any, ...]) -> StoredRule:
    position, name, kind, enabled, etag, properties = row
    return StoredRule(name, kind, bool(enabled), etag, json.loads(properties), position)


def _action(row: tuple[Any, ...]) -> StoredAction:
    name, etag, properties = row
    return StoredAction(name, etag, json.loads(properties))


def _text(properties: dict[str, Any]) -> str:
    return json.dumps(properties, separators=(",", ":"))
