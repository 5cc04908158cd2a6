"""A build of unchanged content repeats the last one, and never when anything differs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import generator.artifacts.unchanged as unchanged_artifacts
from generator.cli import content as cli_content
from generator.cli.main import main
from tests.cli.bad_inputs import GOOD, write


@pytest.fixture(autouse=True)
def _in_root(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with each build that really compiles."""
    seen: list[str] = []
    compile_content = cli_content.compile_content

    def counting(*arguments: object, **options: object) -> object:
        seen.append("compiled")
        return compile_content(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(cli_content, "compile_content", counting)
    return seen


def build(*arguments: str) -> int:
    return main(["build", "--no-kql", *arguments])


def test_a_second_build_says_the_same_without_compiling(
    root: Path, compiled: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, "detections/devices/third.yaml", GOOD.replace("version: 1.0.0\n", ""))
    (root / "detections/identity/first.yaml").unlink()
    assert build() == 0
    first = capsys.readouterr()
    assert "SG210" in first.err
    assert build() == 0
    second = capsys.readouterr()
    assert second.err == first.err
    assert second.out == "6 artifacts below arm/, all current.\n"
    assert compiled == ["compiled"]


CHANGES = {
    "a detection": lambda root: write(root, "detections/devices/third.yaml", GOOD + "# more\n"),
    "another byte of the same length": lambda root: _replace(
        root / "detections/devices/third.yaml", b"Low", b"low"
    ),
    "a new detection": lambda root: write(root, "detections/devices/fourth.yaml", "{}\n"),
    "a template": lambda root: write(root, "detections/_templates/t.kql.j2", "x\n"),
    "a deleted detection": lambda root: (root / "detections/devices/third.yaml").unlink(),
    "a renamed detection": lambda root: (root / "detections/devices/third.yaml").rename(
        root / "detections/devices/other.yaml"
    ),
    "the configuration": lambda root: write(root, "sentinelgen.yaml", "bicepForm: providers\n"),
    "a table": lambda root: write(root, "schemas/tables/T.yaml", "columns: {}\n"),
    "the list of retired ones": lambda root: write(root, "detections/retired.yaml", "[]\n"),
    "a tests file": lambda root: write(root, "detections/devices/third.tests.yaml", "tests: []\n"),
    "an artifact": lambda root: _replace(root / "arm/devices/third.json", b"Low", b"Loo"),
    "an artifact of the catalog": lambda root: (root / "arm/catalog/all.json").unlink(),
    "a file in the output folder": lambda root: write(root, "arm/devices/more.json", "{}\n"),
}


def _replace(path: Path, old: bytes, new: bytes) -> None:
    status = path.stat()
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("what", CHANGES)
def test_any_change_compiles_again(root: Path, compiled: list[str], what: str) -> None:
    assert build() == 0
    CHANGES[what](root)
    code = build()
    assert compiled == ["compiled"] * 2
    if code == 0:
        assert build("--check") == 0


@pytest.mark.parametrize(
    "arguments", [("--strict",), ("--check",), ("detections/identity",), ("--out", "x")]
)
def test_other_invocations_do_not_repeat_it(
    compiled: list[str], arguments: tuple[str, ...]
) -> None:
    assert build() == 0
    build(*arguments)
    assert compiled == ["compiled"] * 2


def test_another_day_another_tool_or_another_user_compiles_again(
    root: Path, tmp_path: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build() == 0
    monkeypatch.setenv("CI", "true")
    assert build() == 0
    assert len(compiled) == 2
    monkeypatch.setattr(unchanged_artifacts, "_tool", lambda: ["another version"])
    assert build() == 0
    assert len(compiled) == 3
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "somebody-else"))
    assert build() == 0
    assert len(compiled) == 4


def test_a_record_that_somebody_changed_is_not_followed(root: Path, compiled: list[str]) -> None:
    assert build() == 0
    (record,) = (root / ".sentinelgen/cache").glob("*/build")
    record.write_bytes(record.read_bytes().replace(b'"artifacts": 8', b'"artifacts": 9'))
    assert build() == 0
    assert compiled == ["compiled"] * 2


def test_a_failed_build_is_not_remembered(root: Path, compiled: list[str]) -> None:
    write(root, "detections/devices/third.yaml", "{}\n")
    assert build() == 1
    assert build() == 1
    assert compiled == ["compiled"] * 2


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_content_with_links_is_always_compiled(root: Path, compiled: list[str]) -> None:
    (root / "detections/devices/third.yaml").unlink()
    write(root, "linked/third.yaml", GOOD.replace("5b1e4a52", "7d3a6c74").replace("Some", "Third"))
    (root / "detections/devices/third.yaml").symlink_to(root / "linked/third.yaml")
    assert build() == 0
    assert build() == 0
    assert compiled == ["compiled"] * 2


def test_sample_events_outside_of_the_content_keep_it_from_being_repeated(
    root: Path, compiled: list[str]
) -> None:
    write(root, "events/e.json", "[]\n")
    tests = "tests:\n- {name: a, tables: {SigninLogs: {file: ../../events/e.json}}, expect: {}}\n"
    write(root, "detections/devices/third.tests.yaml", tests)
    build()
    build()
    assert compiled == ["compiled"] * 2


def test_every_file_that_a_build_reads_counts(root: Path, tmp_path: Path) -> None:
    """Whoever lets builds read more must let the hash cover it."""
    write(root, "detections/_templates/t.kql.j2", "SigninLogs\n")
    write(root, "schemas/tables/T_CL.yaml", "columns: {TimeGenerated: datetime}\n")
    write(root, "schemas/functions/f.kql", ".create function f() { SigninLogs }\n")
    write(root, "tenants/lab.yaml", "{}\n")
    events = "tests:\n- {name: a, tables: {SigninLogs: {file: e.json}}, expect: {alerts: 0}}\n"
    write(root, "detections/devices/third.tests.yaml", events)
    write(root, "detections/devices/e.json", "[]\n")
    opened: set[str] = set()
    watching = True

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event == "open" and isinstance(arguments[0], str | bytes):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if path.startswith(f"{root}{os.sep}"):
                opened.add(Path(path).relative_to(root).as_posix())

    sys.addaudithook(watch)  # it stays for the life of the process, and is silent afterwards
    main(["build", "--check"])
    watching = False
    assert "detections/devices/third.yaml" in opened
    assert {
        path
        for path in opened
        if not path.startswith(("detections/", "schemas/", "tenants/", ".sentinelgen/", "arm/"))
    } <= {"sentinelgen.yaml"}
