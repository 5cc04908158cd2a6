"""A byte order mark at the beginning of any file of the content adds a note, and nothing else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.cli.main import main
from generator.cli.restoring import read_trigger_uris
from generator.kql_service.bundle import KqlUnavailableError, find_bundle

MARK = b"\xef\xbb\xbf"
CONTENT = Path(__file__).parent / "fixtures" / "every-kind-of-file"
FILES = sorted(
    path.relative_to(CONTENT).as_posix() for path in CONTENT.rglob("*") if path.is_file()
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copied = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.chdir(copied)
    return copied


Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(root: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command in the content repository; returns its exit code and what it printed."""
    assert Path.cwd() == root

    def called(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        return main(list(arguments)), capsys.readouterr().out

    return called


def validated(call: Call) -> list[dict[str, Any]]:
    exit_code, printed = call("validate", "--format", "json")
    assert exit_code == 0, printed
    findings: list[dict[str, Any]] = json.loads(printed)["findings"]
    return findings


def mark(root: Path, *files: str) -> None:
    for file in files:
        (root / file).write_bytes(MARK + (root / file).read_bytes())


@pytest.mark.parametrize("file", FILES)
def test_a_mark_adds_a_note_at_the_beginning_of_its_file_and_nothing_else(
    file: str, root: Path, call: Call
) -> None:
    before = validated(call)
    mark(root, file)
    after = validated(call)
    noted = [one for one in after if one["code"] == "SG005"]
    assert [(n["severity"], n["file"], n["line"], n["column"]) for n in noted] == [
        ("note", file, 1, 1)
    ]
    assert [one for one in after if one["code"] != "SG005"] == before


def test_marks_in_every_file_change_no_artifact_and_no_query(
    root: Path, call: Call, tmp_path: Path
) -> None:
    def outputs(name: str) -> tuple[dict[str, bytes], list[str]]:
        out = tmp_path / name
        assert call("build", "--out", str(out))[0] == 0
        files = {
            path.relative_to(out).as_posix(): path.read_bytes()
            for path in out.rglob("*")
            if path.is_file()
        }
        rendered = [
            call("render", f"detections/area/{slug}.yaml") for slug in ("plain", "templated")
        ]
        assert [code for code, _ in rendered] == [0, 0]
        return files, [text for _, text in rendered]

    before = outputs("before")
    mark(root, *FILES)
    after = outputs("after")
    assert after == before
    assert not any("\ufeff" in query for query in after[1])


def test_tests_pass_with_marks_in_every_file(root: Path, call: Call) -> None:
    try:
        find_bundle()
    except KqlUnavailableError as error:
        pytest.skip(str(error))
    mark(root, *FILES)
    exit_code, printed = call("test")
    assert exit_code == 0, printed
    assert "2 passed" in printed


def test_a_detection_is_retired_into_a_marked_list(root: Path, call: Call) -> None:
    mark(root, "detections/retired.yaml")
    identifier = "5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10"
    exit_code, _ = call("retire", identifier, "--reason", "no longer needed")
    assert exit_code == 0
    written = (root / "detections/retired.yaml").read_bytes()
    assert written.count(MARK) == 1
    assert written.startswith(MARK)
    assert identifier.encode() in written


def test_a_plan_for_a_marked_tenant_is_made_of_its_values(root: Path, call: Call) -> None:
    mark(root, "tenants/lab.yaml")
    exit_code, printed = call("render", "--tenant", "lab", "detections/area/templated.yaml")
    assert exit_code == 0, printed
    assert '"DE"' in printed


def test_a_marked_file_of_trigger_addresses_is_read(tmp_path: Path) -> None:
    file = tmp_path / "uris.json"
    file.write_bytes(MARK + b'{"/A": "https://a.example"}')
    assert read_trigger_uris(file) == {"/a": "https://a.example"}
