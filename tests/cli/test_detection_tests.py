"""`sentinelgen test` and `sentinelgen query` as a shell sees them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from generator.kql_service.bundle import KqlUnavailableError, find_bundle
from tests.cli.commands import run

CONTENT = Path(__file__).parents[1] / "detection_tests" / "fixtures" / "content"


@pytest.fixture(autouse=True)
def _needs_the_language_service() -> None:
    try:
        find_bundle()
    except KqlUnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def test_a_failing_test_ends_with_one_and_passing_ones_with_zero(content: Path) -> None:
    passing = run("test", "sign-ins/by-privileged-users", folder=content)
    assert passing.returncode == 0, passing.stderr
    assert "5 tests: 4 passed, 1 skipped" in passing.stdout
    assert run("test", "sign-ins/unsupported", folder=content).returncode == 1


def test_a_word_that_no_test_has_is_a_wrong_invocation(content: Path) -> None:
    assert run("test", "-k", "nothing like this", folder=content).returncode == 2


def test_a_broken_tests_file_is_never_a_success(content: Path) -> None:
    path = content / "detections/sign-ins/by-privileged-users.tests.yaml"
    path.write_text("tests: [{name: a, expekt: {}}]\n", "utf-8")
    ended = run("test", "sign-ins/by-privileged-users", "--format", "junit", folder=content)
    assert ended.returncode == 1
    assert "by-privileged-users.tests.yaml:1:19" in ended.stderr
    assert ended.stdout.startswith("<?xml")


def test_recording_changes_no_file(content: Path) -> None:
    path = content / "detections/sign-ins/by-privileged-users.tests.yaml"
    before = path.read_bytes()
    ended = run("test", "--record", str(path), folder=content)
    assert ended.returncode == 0, ended.stderr
    assert "FullName: ana@contoso.example" in ended.stdout
    assert path.read_bytes() == before


def test_query_needs_no_content_repository_and_shows_types_of_values(tmp_path: Path) -> None:
    (tmp_path / "badges.csv").write_text(
        '"TimeGenerated [UTC]",Who,Doors\n"1/15/2026, 1:00:00.000 PM",ana,3\n', "utf-8"
    )
    (tmp_path / "good.kql").write_text("Badges_CL | extend Age = now() - TimeGenerated", "utf-8")
    (tmp_path / "bad.kql").write_text("Badges_CL\n| where Door > 1", "utf-8")
    arguments = ["-f", "good.kql", "-f", "bad.kql", "--table", "Badges_CL=badges.csv"]
    arguments += ["--now", "2026-01-15T14:00:00Z", "--format", "jsonl"]
    ended = run("query", *arguments, folder=tmp_path)
    assert ended.returncode == 1
    good, bad = map(json.loads, ended.stdout.splitlines())
    assert good == {
        "query": "good.kql",
        "columns": [
            {"name": "TimeGenerated", "type": "datetime"},
            {"name": "Who", "type": "string"},
            {"name": "Doors", "type": "long"},
            {"name": "Age", "type": "timespan"},
        ],
        "rows": [["2026-01-15T13:00:00.0000000Z", "ana", 3, "0.01:00:00.0000000"]],
    }
    assert bad["query"] == "bad.kql"
    assert bad["error"]["code"].startswith("KS")
    assert (bad["error"]["line"], bad["error"]["column"]) == (2, 9)


def test_query_writes_numbers_that_json_lacks_as_text(tmp_path: Path) -> None:
    text = "print a=real(nan), b=real(+inf), c=real(-inf), d=int(null), e=dynamic({'x':[1]})"
    ended = run("query", text, "--format", "json", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    answer = json.loads(ended.stdout)
    assert answer["query"] == "-"
    assert answer["rows"] == [["NaN", "Infinity", "-Infinity", None, {"x": [1]}]]


@pytest.mark.parametrize(
    "arguments",
    [[], ["-f", "missing.kql"], ["T", "--table", "T"], ["print 1", "--now", "soon"]],
)
def test_a_wrong_query_invocation_ends_with_two(arguments: list[str], tmp_path: Path) -> None:
    assert run("query", *arguments, folder=tmp_path).returncode == 2
