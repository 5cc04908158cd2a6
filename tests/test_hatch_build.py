"""The build hook: what is fetched is the pinned service, whole, or nothing."""

from __future__ import annotations

import importlib.util
import io
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("hatchling", reason="hatchling is only in the build environment")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tarball(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


@pytest.fixture
def small(hook: ModuleType, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    files = {"bridge.min.js": b"bridge", "package.json": b"{}"}
    pinned = {name: hook._sha256(content) for name, content in files.items()}
    monkeypatch.setattr(hook, "FILES", pinned)
    return files


def test_the_pinned_files_are_unpacked_and_complete(
    hook: ModuleType, small: dict[str, bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    archive = tarball(tmp_path / "p.tgz", {**small, "../../evil.js": b"x", "index.html": b"y"})
    hook.unpack(archive, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == small
    assert hook.is_complete(folder)


def test_another_file_of_that_name_is_refused(
    hook: ModuleType, small: dict[str, bytes], tmp_path: Path
) -> None:
    archive = tarball(tmp_path / "p.tgz", {**small, "bridge.min.js": b"changed"})
    with pytest.raises(hook.BundleError, match="not the file that was pinned"):
        hook.unpack(archive, tmp_path / "bundle")
    assert not hook.is_complete(tmp_path / "bundle")


def test_a_tarball_with_another_hash_is_never_unpacked(
    hook: ModuleType,
    small: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive = tarball(tmp_path / "p.tgz", small)
    monkeypatch.setattr(hook, "_download", lambda _directory: archive)
    with pytest.raises(hook.BundleError, match="sha512"):
        hook.fetch(tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


def test_a_file_that_was_changed_later_is_noticed(
    hook: ModuleType, small: dict[str, bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    hook.unpack(tarball(tmp_path / "p.tgz", small), folder)
    (folder / "bridge.min.js").write_bytes(b"changed")
    assert not hook.is_complete(folder)


def test_the_bundle_is_never_committed() -> None:
    assert "/generator/kql/service/bundle/" in (ROOT / ".gitignore").read_text("utf-8").split()
