"""Nothing that lies in a content repository is believed unless this user's key sealed it."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from generator.disk.private_cache import PrivateCache, open_private_cache

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the folders and modes of the key are those of Linux"
)


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    return tmp_path / "user/sentinelgen/cache.key"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    return tmp_path / "content"


def opened(root: Path) -> PrivateCache:
    cache = open_private_cache(root)
    assert cache is not None
    return cache


def test_a_value_comes_back_under_its_name_only(key_file: Path, root: Path) -> None:
    sealed = opened(root).seal("name", b"value")
    assert opened(root).unseal("name", sealed) == b"value"
    assert opened(root).unseal("other", sealed) is None
    for damaged in (b"", b"value", sealed[:-1], sealed + b"!", bytes(32) + b"value"):
        assert opened(root).unseal("name", damaged) is None


def test_the_key_is_for_its_owner_only(key_file: Path, root: Path) -> None:
    opened(root)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [path.name for path in key_file.parent.iterdir()] == [key_file.name]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_may_read_is_no_key(key_file: Path, root: Path, mode: int) -> None:
    opened(root)
    key_file.chmod(mode)
    assert open_private_cache(root) is None


@pytest.mark.parametrize("text", ["", "short", "x" * 33])
def test_a_key_of_another_length_is_no_key(key_file: Path, root: Path, text: str) -> None:
    opened(root)
    key_file.write_text(text)
    assert open_private_cache(root) is None


def test_a_key_inside_of_the_content_is_no_key(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(root / "cache"))
    assert open_private_cache(root) is None
    assert list(root.iterdir()) == []


def test_a_link_as_key_is_no_key(key_file: Path, root: Path) -> None:
    opened(root)
    key_file.rename(key_file.with_name("elsewhere"))
    key_file.symlink_to(key_file.with_name("elsewhere"))
    assert open_private_cache(root) is None


def test_where_no_key_can_be_kept_there_is_no_cache(key_file: Path, root: Path) -> None:
    key_file.parents[1].write_text("a file in the way of the folder")
    assert open_private_cache(root) is None


@pytest.mark.parametrize("link", [".sentinelgen", ".sentinelgen/cache"])
def test_a_link_committed_in_the_way_is_not_written_through(
    key_file: Path, root: Path, link: str
) -> None:
    (root / link).parent.mkdir(exist_ok=True)
    (root / link).symlink_to(root.parent)
    assert open_private_cache(root) is None


def test_each_checkout_and_each_user_has_a_folder_of_its_own(
    key_file: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(root)
    (root.parent / "other").mkdir()
    assert opened(root.parent / "other").folder.name != first.folder.name
    monkeypatch.setenv("XDG_CACHE_HOME", str(root.parent / "another-user"))
    second = opened(root)
    assert second.folder.name != first.folder.name
    assert second.unseal("name", first.seal("name", b"value")) is None


def test_the_key_is_in_no_representation(key_file: Path, root: Path) -> None:
    cache = opened(root)
    assert key_file.read_bytes().hex() not in repr(cache).encode().hex()
    assert repr(key_file.read_bytes()) not in repr(cache)
    assert not any("cache.key" in name for _, _, names in os.walk(root) for name in names)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no HOME")
def test_an_empty_home_is_none_and_not_the_root_folder(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "")
    assert open_private_cache(root) is None
