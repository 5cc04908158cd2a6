from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from generator.catalog.configuration import Configuration
from generator.catalog.detection import FileProblem
from generator.catalog.load import load_catalog
from generator.checks.history import HistoryError, compare_with_base
from generator.findings import InDocument, InFile
from generator.kinds import seats
from tests.checks.detections import FAULTLESS

ID = "5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10"
FILE = "detections/signins/unused-country.yaml"
TEMPLATED = FAULTLESS.partition("query: |")[0] + "template: signins\nvalues:\n  result: '0'\n"
TEMPLATE = "detections/_templates/signins.kql.j2"


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(
        ["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True
    )


def write(root: Path, files: dict[str, str]) -> None:
    for file, text in files.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text, "utf-8")


@pytest.fixture(params=[".", "content/sentinel"], ids=["root", "subfolder"])
def root(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A content root with one committed detection, also as a folder inside a repository."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    content = tmp_path / str(request.param)
    write(content, {"sentinelgen.yaml": "", FILE: FAULTLESS})
    commit(content)
    return content


def commit(root: Path) -> None:
    git(root, "add", "--all", ".")
    git(root, "commit", "--quiet", "--allow-empty", "--message=content")


def compare(root: Path, revision: str = "HEAD") -> list[FileProblem]:
    return list(compare_with_base(load_catalog(root, Configuration(), seats()), revision))


def codes(problems: list[FileProblem]) -> list[str]:
    return [file_problem.problem.code for file_problem in problems]


def test_unchanged_content_gives_nothing(root: Path) -> None:
    assert compare(root) == []


def test_deleted_detection_is_lost_and_reported_at_its_old_path(root: Path) -> None:
    (root / FILE).unlink()
    (lost,) = compare(root)
    assert lost.problem.code == "SG501"
    assert lost.problem.place == InFile(FILE)
    assert ID in lost.problem.message


def test_retired_detection_is_not_lost(root: Path) -> None:
    (root / FILE).unlink()
    retired = (
        f"- {{id: {ID.upper()}, path: {FILE}, name: x, retired: '2026-01-31', reason: gone}}\n"
    )
    write(root, {"detections/retired.yaml": retired})
    assert compare(root) == []


def test_moved_detection_is_not_lost(root: Path) -> None:
    write(root, {"detections/other/place.yaml": FAULTLESS})
    (root / FILE).unlink()
    assert compare(root) == []


def test_changed_id_loses_the_old_one_and_is_reported_at_the_id(root: Path) -> None:
    write(root, {FILE: FAULTLESS.replace(ID, ID.replace("5b1e", "0000"))})
    (lost,) = compare(root)
    assert lost.problem.code == "SG501"
    assert lost.problem.place == InDocument(("id",))
    assert lost.slug == "signins/unused-country"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('== "0"', '== "1"'),
        ("triggerThreshold: 0", "triggerThreshold: 1"),
        ("triggerOperator: gt", "triggerOperator: ne"),
        ("queryFrequency: 1h", "queryFrequency: 2h"),
        ("queryPeriod: 3h", "queryPeriod: 4h"),
    ],
)
def test_change_of_behaviour_asks_for_a_new_version(root: Path, old: str, new: str) -> None:
    changed = FAULTLESS.replace(old, new)
    write(root, {FILE: changed})
    assert codes(compare(root)) == ["SG502"]
    write(root, {FILE: changed.replace("version: 1.0.0", "version: 1.0.1")})
    assert compare(root) == []


def test_lower_version_is_no_new_version(root: Path) -> None:
    lowered = FAULTLESS.replace('== "0"', '== "1"').replace("version: 1.0.0", "version: 0.9.0")
    write(root, {FILE: lowered})
    assert codes(compare(root)) == ["SG502"]


def test_same_meaning_in_other_words_is_no_change(root: Path) -> None:
    other = FAULTLESS.replace("queryFrequency: 1h", "queryFrequency: PT60M  # hourly")
    write(root, {FILE: other.replace("triggerOperator: gt", "triggerOperator: GreaterThan")})
    assert compare(root) == []


def test_change_of_the_name_alone_needs_no_version(root: Path) -> None:
    write(root, {FILE: FAULTLESS.replace("name: Sign-in", "name: A sign-in")})
    assert compare(root) == []


def test_changed_template_changes_the_detections_that_use_it(root: Path) -> None:
    write(root, {FILE: TEMPLATED, TEMPLATE: "SigninLogs | where ResultType == {{ result }}\n"})
    commit(root)
    assert compare(root) == []
    write(root, {TEMPLATE: "SigninLogs | where ResultType != {{ result }}\n"})
    assert codes(compare(root)) == ["SG502"]


def test_detection_that_was_broken_at_the_base_is_reported_not_ignored(root: Path) -> None:
    write(root, {FILE: FAULTLESS.replace("severity: Medium", "severity: medium")})
    commit(root)
    write(root, {FILE: FAULTLESS})
    assert codes(compare(root)) == ["SG503"]


def test_id_of_a_broken_detection_at_the_base_is_still_missed(root: Path) -> None:
    write(root, {FILE: FAULTLESS.replace("severity: Medium", "severity: medium")})
    commit(root)
    (root / FILE).unlink()
    assert sorted(codes(compare(root))) == ["SG501", "SG503"]


def test_detection_that_is_broken_now_is_not_called_lost(root: Path) -> None:
    write(root, {FILE: FAULTLESS.replace("severity: Medium", "severity: [")})
    assert compare(root) == []


def test_new_detection_is_nothing_to_compare(root: Path) -> None:
    new = FAULTLESS.replace(ID, ID.replace("5b1e", "0000")).replace("name: S", "name: Another s")
    write(root, {"detections/signins/new.yaml": new})
    assert compare(root) == []


@pytest.mark.parametrize("revision", ["", "no-such-branch", "--help", "-n", "HEAD:", "main\n"])
def test_unknown_revision_is_refused(root: Path, revision: str) -> None:
    with pytest.raises(HistoryError):
        compare(root, revision)


def test_option_in_the_place_of_a_revision_never_reaches_git(root: Path, tmp_path: Path) -> None:
    target = tmp_path / "written"
    with pytest.raises(HistoryError):
        compare(root, f"--output={target}")
    assert not target.exists()


def test_folder_outside_of_any_repository_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {FILE: FAULTLESS})
    with pytest.raises(HistoryError, match="not a git repository"):
        compare(tmp_path)


def test_missing_git_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(HistoryError, match="git"):
        compare(root)


def test_works_inside_a_git_hook(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "elsewhere/.git")
    monkeypatch.setenv("GIT_INDEX_FILE", "elsewhere/index")
    assert compare(root) == []
