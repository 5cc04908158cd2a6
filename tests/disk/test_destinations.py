from __future__ import annotations

import os
import socket
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.cli.reporting import Report
from generator.deploy.plan import Plan
from generator.deploy.plan_file import write_plan
from generator.deploy.snapshot import write_snapshot
from generator.disk.destinations import DATABASE, PLAN, REPORT, SNAPSHOT, destination_problem

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and devices of POSIX")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_new_file_and_a_regular_one_may_be_written(here: Path) -> None:
    (here / "old.json").write_text("")
    (here / "link.json").symlink_to("old.json")
    for path in ("new.json", "new/folder/new.json", "old.json", "link.json", "../beside.json"):
        assert destination_problem(Path(path), PLAN) is None
        assert destination_problem(here / path, PLAN) is None


def test_what_is_no_file_is_named(here: Path) -> None:
    (here / "folder").mkdir()
    os.mkfifo(here / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        found = {
            name: destination_problem(Path(name), PLAN) or ""
            for name in ("folder", "pipe", "socket", "/dev/null")
        }
    assert {name: what.split(",")[0] for name, what in found.items()} == {
        "folder": "it is a folder",
        "pipe": "it is a pipe",
        "socket": "it is a socket",
        "/dev/null": "it is a device",
    }


@pytest.mark.parametrize("target", ["/dev/null", "pipe", "nowhere", "itself", "."])
def test_a_link_to_what_is_no_file_is_refused(here: Path, target: str) -> None:
    os.mkfifo(here / "pipe")
    (here / "itself").symlink_to(target)
    assert destination_problem(Path("itself"), PLAN)


@pytest.mark.parametrize(
    "path",
    ["out/plan.json", "out/new/plan.json", "sub/../out/plan.json", "out/../out/plan.json"],
)
def test_a_folder_that_is_a_link_never_chooses_the_place(here: Path, path: str) -> None:
    (here.parent / "elsewhere").mkdir()
    (here / "sub").mkdir()
    (here / "out").symlink_to(here.parent / "elsewhere")
    assert destination_problem(Path(path), PLAN)
    assert destination_problem(here / path, PLAN)


def test_a_link_above_the_files_own_folder_is_the_machines_business(here: Path) -> None:
    (here.parent / "real" / "folder").mkdir(parents=True)
    (here.parent / "alias").symlink_to("real")
    assert destination_problem(here.parent / "alias/folder/plan.json", PLAN) is None
    assert destination_problem(here.parent / "alias/plan.json", PLAN)


KINDS = {"plan": PLAN, "report": REPORT, "snapshot": SNAPSHOT, "database": DATABASE}


@pytest.fixture
def written(here: Path) -> dict[str, Path]:
    """One file of each kind, by the writer of that kind."""
    paths = {kind: here / f"{kind}.json" for kind in KINDS}
    write_plan(Plan("lab", "/workspace", "tool", "hash", (), live_count=0), paths["plan"])
    Report(paths["report"], "lab").write(0, None)
    write_snapshot(paths["snapshot"], "/workspace", datetime.now(UTC), [])
    with closing(sqlite3.connect(paths["database"])) as database:
        database.execute("create table rules (id)")
        database.commit()
    return paths


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_replaced_by_one_of_its_own_kind_only(
    kind: str, written: dict[str, Path]
) -> None:
    taken = {
        other for other, path in written.items() if destination_problem(path, KINDS[kind]) is None
    }
    assert taken == {kind}


@pytest.mark.parametrize(
    "text",
    [
        '[{"TimeGenerated": "2026-01-01"}]',
        '{"workspaceId": "x"}',
        '{"TimeGenerated": "2026-01-01"}\n{"TimeGenerated": "2026-01-02"}\n',
        "a,b\n1,2\n",
        "\N{LATIN SMALL LETTER E WITH ACUTE}",
        "\0",
        "[" * 100_000,
    ],
)
def test_what_somebody_else_wrote_is_never_replaced(here: Path, text: str) -> None:
    (here / "events.json").write_text(text, "latin-1")
    problems = {destination_problem(Path("events.json"), kind) or "" for kind in KINDS.values()}
    assert all("holds something else than a" in problem for problem in problems)
