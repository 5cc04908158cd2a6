from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from generator.disk.destinations import destination_problem

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and devices of POSIX")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_new_file_and_a_regular_one_may_be_written(here: Path) -> None:
    (here / "old.json").write_text("old")
    (here / "link.json").symlink_to("old.json")
    for path in ("new.json", "new/folder/new.json", "old.json", "link.json", "../beside.json"):
        assert destination_problem(Path(path)) is None
        assert destination_problem(here / path) is None


def test_what_is_no_file_is_named(here: Path) -> None:
    (here / "folder").mkdir()
    os.mkfifo(here / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        found = {
            name: destination_problem(Path(name)) or ""
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
    assert destination_problem(Path("itself"))


@pytest.mark.parametrize(
    "path",
    ["out/plan.json", "out/new/plan.json", "sub/../out/plan.json", "out/../out/plan.json"],
)
def test_a_folder_that_is_a_link_never_chooses_the_place(here: Path, path: str) -> None:
    (here.parent / "elsewhere").mkdir()
    (here / "sub").mkdir()
    (here / "out").symlink_to(here.parent / "elsewhere")
    assert destination_problem(Path(path))
    assert destination_problem(here / path)


def test_a_link_above_the_files_own_folder_is_the_machines_business(here: Path) -> None:
    (here.parent / "real" / "folder").mkdir(parents=True)
    (here.parent / "alias").symlink_to("real")
    assert destination_problem(here.parent / "alias/folder/plan.json") is None
    assert destination_problem(here.parent / "alias/plan.json")
