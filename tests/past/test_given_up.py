"""A rule whose detection went without a word is told from rules that never were ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.kinds.analytic_rule.seat import SEAT
from generator.past.given_up import given_up
from tests.deploy.repository import Repository, repository_at

OLD = "aaaaaaaa-0000-4000-8000-000000000001"
NEW = "aaaaaaaa-0000-4000-8000-000000000002"
FILE = "detections/area/one.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = repository_at(tmp_path)
    write(repository, f"id: {OLD}\nname: One\n")
    repository.commit(-3)
    return repository


def write(repository: Repository, text: str, file: str = FILE) -> None:
    path = repository.folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def delete(repository: Repository) -> None:
    (repository.folder / FILE).unlink()


def change_id(repository: Repository) -> None:
    write(repository, f'"id": "{NEW.upper()}"\nname: One\n')


@pytest.mark.parametrize("change", [delete, change_id])
def test_an_id_that_a_commit_took_out_is_told_with_file_and_commit(
    repository: Repository, change: Callable[[Repository], None]
) -> None:
    change(repository)
    commit = repository.commit(-2)
    (repository.folder / "unrelated").write_text("x", "utf-8")
    repository.commit(-1)
    (found,) = given_up(repository.folder, SEAT, {OLD, NEW, "fusion"})
    assert (found.id, found.file, found.commit.hash) == (OLD, FILE, commit)


def test_the_last_file_that_said_an_id_is_told(repository: Repository) -> None:
    (repository.folder / FILE).rename(repository.folder / "detections/area/two.yaml")
    repository.commit(-2)
    (repository.folder / "detections/area/two.yaml").unlink()
    last = repository.commit(-1)
    (found,) = given_up(repository.folder, SEAT, {OLD})
    assert (found.file, found.commit.hash) == ("detections/area/two.yaml", last)


@pytest.mark.parametrize(
    ("text", "file"),
    [
        (f"name: One\nquery: |\n  T | where id == '{OLD}'\n  id: {OLD}\n", FILE),
        (f"id: {OLD}\n", "detections/area/one.tests.yaml"),
        (f"id: {OLD}\n", "elsewhere/one.yaml"),
    ],
    ids=["mentioned", "tests", "elsewhere"],
)
def test_what_only_mentions_an_id_is_not_told(tmp_path: Path, text: str, file: str) -> None:
    repository = repository_at(tmp_path)
    write(repository, text, file)
    repository.commit(-2)
    (tmp_path / file).unlink()
    repository.commit(-1)
    assert given_up(tmp_path, SEAT, {OLD}) == ()


def test_nothing_is_asked_where_nothing_foreign_is_live(tmp_path: Path) -> None:
    assert given_up(tmp_path / "no repository", SEAT, ()) == ()
