"""The issue about drift: the bot's own alone, and only of a workspace that was read at rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.workflow_steps import BOT, DEPLOY, REPOSITORY, Runner, job_of, needs_bash, step_of

pytestmark = [
    needs_bash,
    pytest.mark.skipif(not DEPLOY.exists(), reason="the workflows are not beside the tests"),
]
ISSUES = f"repos/{REPOSITORY}/issues"
NOTE = "Note which deployments were begun"
COMPARE = "Compare the workspace"
CONCLUDE = "Conclude nothing"
ISSUE = "Open, update or close the issue"


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path / "runner", dict(job_of("drift")["env"]))


def issue(number: int, **changed: Any) -> dict[str, Any]:
    return {"number": number, "user": BOT, "title": "Drift in lab", "pull_request": None, **changed}


def conclude(runner: Runner, code: int, *pages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    runner.github(ISSUES, *pages)
    (runner.temp / "drift.md").write_text("DRIFT\n", "utf-8")
    ended = runner.run(step_of("drift", ISSUE), CODE=str(code))
    assert ended.returncode == code, ended.stderr
    assert ended.stdout.startswith("::error::rules are changed or missing") == bool(code)
    return [(method, path.removeprefix(ISSUES)) for method, path, _ in runner.changes()]


OTHERS = {
    "a stranger's": issue(1, user={"login": "stranger"}),
    "another tenant's": issue(1, title="Drift in lab2"),
    "one that quotes it": issue(1, title="Re: Drift in lab"),
    "a pull request": issue(1, pull_request={"url": "https://api.github.com/pulls/1"}),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_nobody_elses_issue_is_written_over_closed_or_taken_for_ours(
    runner: Runner, other: dict[str, Any]
) -> None:
    assert conclude(runner, 0, [other]) == []
    assert conclude(runner, 1, [other]) == [("POST", "")]
    ((_, _, fields),) = runner.changes()
    assert fields == {"title": "Drift in lab", "body": "DRIFT\n"}


@pytest.mark.parametrize("page", [1, 2, 3])
def test_ours_is_found_on_every_page(runner: Runner, page: int) -> None:
    others = [[issue(1000 * at + n, title="talk") for n in range(100)] for at in range(1, page)]
    assert conclude(runner, 1, *others, [OTHERS["a stranger's"], issue(7)]) == [("PATCH", "/7")]
    assert runner.changes()[0][2] == {"body": "DRIFT\n"}


def test_all_of_ours_are_closed_with_a_word(runner: Runner) -> None:
    assert conclude(runner, 0, [issue(8)], [issue(7), OTHERS["a stranger's"]]) == [
        *[("POST", "/8/comments"), ("PATCH", "/8")],
        *[("POST", "/7/comments"), ("PATCH", "/7")],
    ]
    assert runner.changes()[1][2] == {"state": "closed"}


@pytest.mark.parametrize("code", ["0", "1"])
def test_nothing_is_opened_or_closed_where_the_issues_could_not_be_listed(
    runner: Runner, code: str
) -> None:
    (runner.temp / "drift.md").write_text("DRIFT\n", "utf-8")
    assert runner.run(step_of("drift", ISSUE), CODE=code).returncode != 0
    assert runner.changes() == []


@pytest.mark.parametrize(
    ("script", "code", "goes_on"),
    [
        ("echo NOTHING", 0, True),
        ("echo DRIFT", 1, True),
        ("true", 0, False),  # it always says something
        ("true", 1, False),  # content with errors
        *[("echo half", code, False) for code in (2, 3, 4, 130, 143)],
    ],
)
def test_only_a_comparison_that_was_made_comes_to_the_issue(
    runner: Runner, script: str, code: int, goes_on: bool
) -> None:
    runner.sentinelgen(f'echo "$@" > ../told\n{script}\nexit {code}')
    ended = runner.run(step_of("drift", COMPARE))
    told = (runner.folder / "told").read_text("utf-8")
    assert told == "drift --tenant lab --quiet --format markdown\n"
    assert runner.outputs() == {"code": str(code)}
    assert ended.returncode == (0 if goes_on else code or 1)
    assert ended.stdout.startswith("::error::") != goes_on


def deployments(**states: str) -> dict[str, Any]:
    nodes = [{"databaseId": int(key[1:]), "state": state} for key, state in states.items()]
    return {"data": {"repository": {"deployments": {"nodes": nodes}}}}


@pytest.mark.parametrize(
    ("before", "after", "at_rest"),
    [
        (deployments(), deployments(), True),
        (deployments(d1="ACTIVE"), deployments(d1="ACTIVE"), True),
        # One that waits, such as for its approval, may wait for weeks: it changes nothing.
        (deployments(d2="WAITING", d1="ACTIVE"), deployments(d2="WAITING", d1="ACTIVE"), True),
        (deployments(d1="ACTIVE"), deployments(d2="QUEUED", d1="ACTIVE"), True),
        (deployments(d2="PENDING"), deployments(d3="PENDING"), True),
        (deployments(d1="IN_PROGRESS"), deployments(d1="IN_PROGRESS"), False),
        (deployments(d1="IN_PROGRESS"), deployments(d1="ACTIVE"), False),
        (deployments(d1="QUEUED"), deployments(d1="IN_PROGRESS"), False),
        (deployments(d1="WAITING"), deployments(d1="FAILURE"), False),
        (deployments(d1="ACTIVE"), deployments(d2="ACTIVE", d1="INACTIVE"), False),
        (deployments(d2="WAITING", d1="IN_PROGRESS"), deployments(d2="WAITING"), False),
    ],
    ids=str,
)
def test_nothing_is_concluded_from_the_middle_of_a_deployment(
    runner: Runner, before: dict[str, Any], after: dict[str, Any], at_rest: bool
) -> None:
    runner.github("graphql", before, after)
    assert runner.run(step_of("drift", NOTE)).returncode == 0
    ended = runner.run(step_of("drift", CONCLUDE))
    assert (ended.returncode == 0) == at_rest, ended.stderr
    assert ended.stdout.startswith("::error::a deployment to lab ran") != at_rest


@pytest.mark.parametrize("answer", [None, {"data": {"repository": None}}, {"errors": []}], ids=str)
def test_a_record_that_cannot_be_read_is_not_taken_for_an_empty_one(
    runner: Runner, answer: dict[str, Any] | None
) -> None:
    if answer is not None:
        runner.github("graphql", answer)
    assert runner.run(step_of("drift", NOTE)).returncode != 0


def test_the_record_is_read_before_and_after_the_workspace_and_before_the_issue() -> None:
    names = [step.get("name", "") for step in job_of("drift")["steps"]]
    order = [names.index(name) for name in (NOTE, step_of("drift", COMPARE)["name"])]
    order += [names.index(step_of("drift", name)["name"]) for name in (CONCLUDE, ISSUE)]
    assert order == sorted(order)
    assert job_of("drift")["permissions"]["deployments"] == "read"
