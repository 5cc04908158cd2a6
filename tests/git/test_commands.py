"""Git is asked within bounds: an answer too large, too late or wrong is an error, not a hang."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.git import commands
from generator.git.commands import HistoryError, git
from generator.git.log import commits_of, is_shallow, require_commits
from generator.git.objects import TreeFile, list_files, read_blobs
from tests.deploy.repository import Repository, repository_at


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = repository_at(tmp_path / "repository")
    (made.folder / "a.txt").write_text("a" * 5000, "utf-8")
    made.commit(-2)
    return made


def script(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Put a program in the place of git."""
    file = folder / "bin" / "git"
    file.parent.mkdir()
    file.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{file.parent}:/usr/bin:/bin")


def test_an_answer_that_does_not_end_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path, monkeypatch, "yes")
    with pytest.raises(HistoryError, match="more than 1000 bytes"):
        git(tmp_path, "ls-tree", limit=1000)


def test_a_command_that_does_not_end_is_ended_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path, monkeypatch, "sleep 3000 &\nsleep 3000")
    monkeypatch.setattr(commands, "MAX_SECONDS", 0.3)
    with pytest.raises(HistoryError, match="took longer"):
        git(tmp_path, "ls-tree")


def test_a_long_request_and_a_long_answer_do_not_wait_for_each_other(
    repository: Repository,
) -> None:
    (file,) = list_files(repository.folder, "HEAD", "a.txt")
    contents = read_blobs(repository.folder, [file] * 3000)
    assert {len(content) for content in contents} == {5000}
    assert len(contents) == 3000


def test_a_blob_that_is_not_there_is_an_error(repository: Repository) -> None:
    with pytest.raises(HistoryError, match="no content"):
        read_blobs(repository.folder, [TreeFile("b.txt", "0" * 40, 1)])


def test_a_tree_that_multiplies_is_refused_and_not_listed_to_the_end(
    repository: Repository,
) -> None:
    # Ten levels of ten names for the same tree: ten thousand million files.
    git_ = repository.git
    blob = git_("rev-parse", "HEAD:a.txt")
    tree = f"100644 blob {blob}\tf.yaml\n"
    for _ in range(10):
        made = _mktree(repository, tree)
        tree = "".join(f"040000 tree {made}\t{number}\n" for number in range(10))
    commit = git_("commit-tree", _mktree(repository, tree), "-m", "bomb")
    with pytest.raises(HistoryError, match="more than"):
        list_files(repository.folder, commit, "0/")


def _mktree(repository: Repository, entries: str) -> str:
    return git(repository.folder, "mktree", given=entries.encode()).decode().strip()


def test_commits_come_newest_first_and_only_those_that_touched_a_path(
    repository: Repository,
) -> None:
    first = repository.git("rev-parse", "HEAD")
    (repository.folder / "b.txt").write_text("b", "utf-8")
    repository.commit(-1)
    (repository.folder / "a.txt").write_text("b", "utf-8")
    third = repository.commit(0)
    found = commits_of(repository.folder, "a.txt", limit=5)
    assert [commit.hash for commit in found] == [third, first]
    assert found[0].made > found[1].made
    assert [c.hash for c in commits_of(repository.folder, "a.txt", limit=1)] == [third]


def test_a_date_that_no_calendar_has_is_still_a_commit(repository: Repository) -> None:
    repository.redate("9" * 18)
    (commit,) = commits_of(repository.folder, "a.txt", limit=5)
    assert commit.made.year == 9999


def test_a_repository_without_a_commit_and_none_at_all_are_told_apart(tmp_path: Path) -> None:
    empty = repository_at(tmp_path / "empty")
    with pytest.raises(HistoryError, match="nothing has been committed"):
        require_commits(empty.folder)
    (tmp_path / "nothing").mkdir()
    with pytest.raises(HistoryError, match="not a git repository"):
        require_commits(tmp_path / "nothing")


def test_a_clone_that_was_cut_off_says_so(repository: Repository, tmp_path: Path) -> None:
    repository.commit(-1)
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=1", repository.folder.as_uri(), str(clone))
    assert is_shallow(clone)
    assert not is_shallow(repository.folder)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_ICASE_PATHSPECS", "1"),
        ("GIT_LITERAL_PATHSPECS", "1"),
        ("GIT_OBJECT_DIRECTORY", "/nowhere"),
        ("GIT_COMMON_DIR", "/nowhere"),
        ("GIT_DIR", "/nowhere"),
    ],
)
def test_what_a_caller_of_git_has_set_does_not_change_what_is_read(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    def read() -> tuple[object, ...]:
        paths = ("area", ":(exclude,glob)area/**/*.tests.yaml")
        (commit, *_) = listed = commits_of(repository.folder, *paths, limit=5)
        return (listed, list_files(repository.folder, commit.hash, "area/"))

    (repository.folder / "area").mkdir()
    for file in ("a.yaml", "a.tests.yaml"):
        (repository.folder / "area" / file).write_text("a", "utf-8")
        repository.commit(-1)
    expected = read()
    monkeypatch.setenv(name, value)
    assert read() == expected


def test_grafts_make_no_other_history(repository: Repository) -> None:
    for number in range(2):
        (repository.folder / "a.yaml").write_text(str(number), "utf-8")
        head = repository.commit(number - 5)
    expected = commits_of(repository.folder, "a.yaml", limit=5)
    info = repository.folder / ".git/info"
    info.mkdir(exist_ok=True)
    (info / "grafts").write_text(f"{head}\n", "utf-8")
    assert commits_of(repository.folder, "a.yaml", limit=5) == expected
