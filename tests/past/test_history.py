"""A tenant's rules at earlier commits: what counts as one, and how often it is made."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.git.commands import HistoryError
from generator.git.log import Commit
from generator.kinds.analytic_rule.seat import SEAT
from generator.past import history
from generator.past.history import History
from tests.deploy.conftest import SUBSCRIPTION
from tests.deploy.repository import Repository, repository_at
from tests.deploy.test_commands import CONTENT, IDS

RETIRED = "bbbbbbbb-0000-4000-8000-000000000009"
TARGET = {
    "tenantId": SUBSCRIPTION,
    "subscriptionId": SUBSCRIPTION,
    "resourceGroup": "rg-lab",
    "workspace": "law-lab",
    "cloud": "http://127.0.0.1:1",
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = repository_at(tmp_path / "content")
    shutil.copytree(CONTENT, made.folder, dirs_exist_ok=True)
    (made.folder / "tenants").mkdir()
    (made.folder / "tenants/lab.yaml").write_text(yaml.safe_dump({"target": TARGET}), "utf-8")
    made.commit(-9)
    return made


def detection(repository: Repository, number: int) -> Path:
    return repository.folder / f"detections/area/rule-{number}.yaml"


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_commit_gives_the_rules_as_they_were(repository: Repository) -> None:
    rewrite(detection(repository, 0), "severity: Medium", "severity: High")
    repository.commit(-8)
    past = History(repository.folder, "lab", SEAT)
    severities = []
    for commit in past.commits:
        body = past.rules(commit, IDS[:1])[IDS[0]].body
        assert body is not None
        severities.append(body["properties"]["severity"])
    assert severities == ["High", "Medium"]


def test_a_text_is_rendered_once_however_many_commits_have_it(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        rewrite(detection(repository, 0), "version: 1.0", f"version: 1.0{number}")
        repository.commit(number - 8)
    calls: list[str] = []
    real = history.stage

    def counted(one: Any, *rest: Any) -> Any:
        calls.append(one.id)
        return real(one, *rest)

    monkeypatch.setattr(history, "stage", counted)
    past = History(repository.folder, "lab", SEAT)
    assert len(past.commits) == 6
    for commit in past.commits:
        assert past.rules(commit, IDS[1:2])[IDS[1]].body is not None
    assert calls == [IDS[1]]


def test_commits_that_touch_nothing_of_the_content_are_not_looked_at(
    repository: Repository,
) -> None:
    for file in ("README.md", "tenants/other.yaml", "detections/area/rule-0.tests.yaml"):
        (repository.folder / file).write_text("# changed", "utf-8")
        repository.commit(-5)
    assert len(History(repository.folder, "lab", SEAT).commits) == 1


def test_a_text_that_only_mentions_an_id_is_not_its_rule(repository: Repository) -> None:
    past = History(repository.folder, "lab", SEAT)
    (commit,) = past.commits
    assert past.rules(commit, [RETIRED])[RETIRED] == history.ABSENT
    draft = repository.folder / "detections/_drafts/area/rule.yaml"
    draft.parent.mkdir(parents=True)
    shutil.move(detection(repository, 0), draft)
    rewrite(detection(repository, 1), "severity:", f"# {IDS[0]}\nseverity:")
    repository.commit(-1)
    past = History(repository.folder, "lab", SEAT)
    assert past.rules(past.commits[0], IDS[:1])[IDS[0]] == history.ABSENT
    assert not past.unreadable


def test_a_tenant_that_was_not_there_got_no_rule(repository: Repository) -> None:
    (repository.folder / "tenants/lab.yaml").rename(repository.folder / "tenants/new.yaml")
    repository.commit(-1)
    past = History(repository.folder, "new", SEAT)
    new, old = past.commits
    assert past.rules(new, IDS[:1])[IDS[0]].body is not None
    assert past.rules(old, IDS[:1])[IDS[0]] == history.ABSENT


def test_what_cannot_be_read_is_not_called_absent(repository: Repository) -> None:
    rewrite(detection(repository, 0), "severity: Medium", "severity: [")
    repository.commit(-1)
    past = History(repository.folder, "lab", SEAT)
    assert past.rules(past.commits[0], IDS[:1])[IDS[0]] == history.UNREADABLE
    assert past.unreadable == {past.commits[0].hash}


def test_a_history_is_read_only_so_far(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MAX_READ", 100)
    past = History(repository.folder, "lab", SEAT)
    assert past.rules(past.commits[0], IDS[:1])[IDS[0]] == history.UNREADABLE


def test_content_that_was_never_committed_has_no_history(repository: Repository) -> None:
    elsewhere = repository.folder / "new"
    shutil.copytree(CONTENT, elsewhere)
    with pytest.raises(HistoryError, match="no commit holds"):
        History(elsewhere, "lab", SEAT)


def test_commits_keep_the_order_of_the_history_whatever_their_dates(
    repository: Repository,
) -> None:
    rewrite(detection(repository, 0), "severity: Medium", "severity: High")
    younger = repository.commit(-3000)
    listed = [commit.hash for commit in History(repository.folder, "lab", SEAT).commits]
    assert listed[0] == younger
    assert len(listed) == 2


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.booleans()), max_size=12),
)
def test_no_list_of_commits_is_put_out_of_its_order(
    drawn: list[tuple[int, bool, bool]],
) -> None:
    commits = [
        (Commit(f"{number:040x}", datetime(2026, 1, 1 + day, tzinfo=UTC)), *lists)
        for number, (day, *lists) in enumerate(drawn)
    ]
    mainline = [commit for commit, is_main, _ in commits if is_main]
    every = [commit for commit, _, is_listed in commits if is_listed]
    merged = history.in_order(mainline, every)
    assert set(merged) == {*mainline, *every}
    assert len(merged) == len(set(merged))
    for one in (mainline, every):
        assert [commit for commit in merged if commit in one] == one
