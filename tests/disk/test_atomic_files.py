from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

import generator
from generator.disk.atomic_files import (
    create_files,
    is_temporary,
    replace_files,
    write_atomically,
    write_with,
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def failing() -> Iterator[bytes]:
    yield b"half"
    raise OSError("the disk is full")


def test_writing_replaces_the_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.json"
    write_atomically(path, "one\n")
    write_atomically(path, "two\n")
    assert path.read_bytes() == b"two\n"
    assert names(path.parent) == ["file.json"]


def test_failing_writer_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    write_atomically(path, "old")

    def fail(_stream: object) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_with(path, fail)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file.json"]


def test_one_failing_file_of_many_changes_none(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("old")
    with pytest.raises(OSError, match="full"):
        replace_files({first: [b"new"], second: failing()})
    assert first.read_text() == "old"
    assert names(tmp_path) == ["a"]


def test_half_a_surrogate_pair_is_written_as_an_escape(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", '"\ud800"')
    assert (tmp_path / "a").read_bytes() == b'"\\ud800"'


def test_very_long_name_has_room_for_its_temporary_file(tmp_path: Path) -> None:
    write_atomically(tmp_path / ("n" * 255), "text")
    assert names(tmp_path) == ["n" * 255]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_private_file_is_its_owners_alone_and_others_follow_the_mask(tmp_path: Path) -> None:
    write_atomically(tmp_path / "private", "", private=True)
    replace_files({tmp_path / "other": [b""]})
    (tmp_path / "plain").write_text("")
    modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in names(tmp_path)}
    assert modes["private"] == 0o600
    assert modes["other"] == modes["plain"]


def test_new_files_are_written_all_or_none(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    with pytest.raises(FileExistsError):
        create_files({tmp_path / "a": "new", tmp_path / "b": "new", tmp_path / "c": "new"})
    assert names(tmp_path) == ["b"]
    assert (tmp_path / "b").read_text() == "mine"


def test_what_a_killed_run_leaves_is_known_by_its_name() -> None:
    assert is_temporary(".sentinelgen-0123456789abcdef.tmp")
    assert not is_temporary("sentinelgen-0.tmp")
    assert not is_temporary(".sentinelgen-0.tmp.json")


def test_files_are_replaced_here_alone() -> None:
    package = Path(generator.__file__).parent
    own = {
        str(module.relative_to(package))
        for module in package.rglob("*.py")
        if re.search(r"mkstemp|os\.replace|write_text\(|\.open\(\"[wx]", module.read_text("utf-8"))
    }
    assert own == {"disk/atomic_files.py"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name")
def test_only_a_regular_file_is_ever_replaced(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link):
        with pytest.raises(OSError, match="no regular file"):
            write_atomically(path, "text")
        with pytest.raises(OSError, match="no regular file"):
            replace_files({tmp_path / "other": [b"text"], path: [b"text"]})
    assert stat.S_ISFIFO(pipe.lstat().st_mode)
    assert link.is_symlink()
    assert names(tmp_path) == ["link", "pipe"]
