"""What the log of a content repository tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.git.commands import HistoryError
from generator.git.log import files_of_last_commits
from tests.deploy.repository import repository_at


def written(root: Path, *names: str, text: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


@pytest.mark.parametrize("folder", ["", "content"])
def test_the_files_of_the_last_commits_are_told_from_the_content_root(
    tmp_path: Path, folder: str
) -> None:
    repository = repository_at(tmp_path)
    root = tmp_path / folder
    written(root, "detections/a/gone.yaml", "detections/a/old.yaml", "README.md", text="1")
    repository.commit(-4)
    written(root, "detections/a/é x.yaml", text="2")
    repository.commit(-3)
    (root / "detections/a/gone.yaml").unlink()
    repository.commit(-2)
    written(root, "README.md", text="2")
    repository.commit(-1)
    files = files_of_last_commits(root, "detections", limit=2)
    assert files == ("detections/a/gone.yaml", "detections/a/é x.yaml")


def test_a_merge_is_one_commit(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    written(tmp_path, "detections/a/base.yaml", text="1")
    repository.commit(-4)
    repository.git("checkout", "--quiet", "-b", "side")
    for number in range(3):
        written(tmp_path, f"detections/a/side-{number}.yaml", text="1")
        repository.commit(-3)
    repository.git("checkout", "--quiet", "main")
    written(tmp_path, "detections/a/main.yaml", text="1")
    repository.commit(-2)
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "side", days=-1)
    files = files_of_last_commits(tmp_path, "detections", limit=1)
    assert files == tuple(f"detections/a/side-{number}.yaml" for number in range(3))


def test_where_nothing_was_committed_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(HistoryError):
        files_of_last_commits(tmp_path, "detections", limit=2)
