"""Answers of the language service, kept on disk by a hash of everything that they depend on.

One SQLite file in the content repository's private cache: a thousand answers are one read, and
parallel runs cannot harm each other. It holds sealed and compressed JSON only, may be deleted at
any time, and whatever in it cannot be read or was not put there by us is asked for again.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.disk.private_cache import PrivateCache, open_private_cache

MOST_BYTES = 64 * 1024 * 1024
"""Bound of the stored answers; beyond it the oldest quarter goes."""

_MOST_VALUE_BYTES = 64 * 1024 * 1024
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    namespace TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (namespace, key)
)
"""
_LAYOUT = 2
_BATCH = 500
_LOCK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class AnswerCache:
    """JSON values by namespace and key. Every method does nothing where the file cannot be used."""

    private: PrivateCache

    @property
    def folder(self) -> Path:
        """Where the file lies."""
        return self.private.folder / "kql"

    def get_many(self, namespace: str, keys: Iterable[str]) -> dict[str, Any]:
        """Return the values that are there; unreadable ones are as if they were not."""
        wanted = list(dict.fromkeys(keys))
        if not wanted or not self._file.is_file():
            return {}
        found: dict[str, Any] = {}
        with self._connection() as connection:
            if connection is None:
                return {}
            for start in range(0, len(wanted), _BATCH):
                batch = wanted[start : start + _BATCH]
                marks = ",".join("?" * len(batch))
                rows = connection.execute(
                    f"SELECT key, value FROM answers WHERE namespace = ? AND key IN ({marks})",  # noqa: S608 - question marks only
                    (namespace, *batch),
                )
                found.update(
                    (key, value)
                    for key, sealed in rows
                    if (value := self._decoded(namespace, key, sealed)) is not None
                )
        return found

    def put_many(self, namespace: str, values: Mapping[str, Any]) -> None:
        """Store values, replacing what is there."""
        if not values:
            return
        rows = [
            (
                namespace,
                key,
                self.private.seal(
                    _entry_name(namespace, key), zlib.compress(json.dumps(value).encode(), 1)
                ),
            )
            for key, value in values.items()
        ]
        with self._connection() as connection:
            if connection is None:
                return
            with connection:
                connection.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", rows)
                _keep_bounded(connection)

    def _decoded(self, namespace: str, key: Any, sealed: Any) -> Any:
        """Return an entry's value; None for one that is damaged or that we did not write."""
        if not isinstance(key, str) or not isinstance(sealed, bytes):
            return None
        value = self.private.unseal(_entry_name(namespace, key), sealed)
        if value is None:
            return None
        try:
            unpacker = zlib.decompressobj()
            text = unpacker.decompress(value, _MOST_VALUE_BYTES)
            return json.loads(text) if unpacker.eof else None
        except (zlib.error, ValueError):
            return None

    @property
    def _file(self) -> Path:
        return self.folder / f"answers-{_LAYOUT}.sqlite"

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection | None]:
        """Yield a connection, or None; a file that is no database is removed."""
        connection = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._file, timeout=_LOCK_SECONDS)
            # Answers lost in a power cut are asked for again; waiting for the disk is not worth it.
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(_SCHEMA)
        except (OSError, sqlite3.OperationalError):
            yield None
            return
        except sqlite3.DatabaseError:
            self._discard(connection)
            yield None
            return
        try:
            yield connection
        except sqlite3.OperationalError:
            pass  # locked by another run, or a full disk: both mean no cache this time
        except sqlite3.DatabaseError:
            self._discard(connection)
        finally:
            connection.close()

    def _discard(self, connection: sqlite3.Connection | None) -> None:
        if connection is not None:
            connection.close()
        self._file.unlink(missing_ok=True)


def open_answer_cache(root: Path) -> AnswerCache | None:
    """Return the answers kept for a content repository; None where none can be kept safely."""
    private = open_private_cache(root)
    return None if private is None else AnswerCache(private)


def answer_key(*parts: str | Sequence[str]) -> str:
    """Return a key that differs wherever any part does."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _entry_name(namespace: str, key: str) -> str:
    return json.dumps(["answer", namespace, key])


def _keep_bounded(connection: sqlite3.Connection) -> None:
    (total,) = connection.execute("SELECT TOTAL(LENGTH(value)) FROM answers").fetchone()
    if total > MOST_BYTES:
        connection.execute(
            "DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers ORDER BY rowid "
            "LIMIT (SELECT COUNT(*) / 4 + 1 FROM answers))"
        )
