"""The database file: what it survives and what it refuses."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.emulator.launch import EmulatorOptions
from generator.emulator.store import Store, StoredRule, StoreError
from tests.emulator.conftest import PlainClient, rule_fixture, running


@contextlib.contextmanager
def _started(database: Path) -> Iterator[PlainClient]:
    """Start an emulator in a process of its own, which is killed at the end whatever happens."""
    with subprocess.Popen(
        [sys.executable, "-m", "generator.emulator", "--port", "0", "--db", str(database)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            client = PlainClient(int(process.stdout.readline().rsplit(":", 1)[1]))
            yield client
            client.close()
        finally:
            process.kill()


def test_answered_writes_survive_a_kill(tmp_path: Path) -> None:
    database = tmp_path / "rules.db"
    with _started(database) as client:
        for index in range(20):
            client.rule("PUT", f"r{index}", rule_fixture("scheduled_rule"))
        client.rule("DELETE", "r0")
        live = client.list()
    with _started(database) as client:
        assert client.list() == live
        etags = {rule["etag"] for rule in live}
        assert (
            client.rule("PUT", "r1", rule_fixture("scheduled_rule")).document["etag"] not in etags
        )


def test_only_a_write_that_succeeds_makes_a_workspace(tmp_path: Path) -> None:
    database = tmp_path / "rules.db"

    def workspaces() -> int:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            return int(connection.execute("SELECT count(*) FROM workspaces").fetchone()[0])

    with running(EmulatorOptions(db=database, foreign=3)) as client:
        rule = rule_fixture("scheduled_rule")
        fresh = client.list()
        assert fresh
        for workspace in ("law", "other"):
            client.workspace = workspace
            assert client.rule("GET", "r").status == 404
            assert client.rule("DELETE", "r").status == 204
            assert client.rule("PUT", "r", {**rule, "kind": "None"}).status == 400
            assert client.rule("PUT", "r", rule, {"If-Match": '"e"'}).status == 412
            assert client.rule("GET", "BuiltInFusion/actions").status in {200, 404}
        assert workspaces() == 0
        client.workspace = "law"
        assert client.rule("PUT", "r", rule).status == 201
        assert workspaces() == 1
        assert client.list()[:-1] == fresh


def test_a_transaction_that_fails_leaves_nothing_behind() -> None:
    store = Store()

    def put_and_fail() -> None:
        with store.transaction():
            store.put_rule("w", StoredRule("r", "Scheduled", True, '"e"', {}))
            raise KeyError

    with pytest.raises(KeyError):
        put_and_fail()
    assert store.rule("w", "r") is None
    store.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, and long enough to look at " * 40, "utf-8")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"notes\.txt"):
        Store(str(path))
    assert path.read_bytes() == before


def test_a_database_of_somebody_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE customers (name TEXT)")
    other.commit()
    other.close()
    with pytest.raises(StoreError, match="not one that this emulator wrote"):
        Store(str(path))


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="unable to open"):
        Store(str(tmp_path / "none" / "rules.db"))
