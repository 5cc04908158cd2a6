"""The plan as a comment: what it says is of this commit, whatever ended how, and nobody else's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.workflow_steps import BOT, DEPLOY, REPOSITORY, Runner, expression, needs_bash, step_of

pytestmark = [
    needs_bash,
    pytest.mark.skipif(not DEPLOY.exists(), reason="the workflows are not beside the tests"),
]
COMMENTS = f"repos/{REPOSITORY}/issues/7/comments"
MARKER = "<!-- sentinelgen plan lab -->"
KEEP = 'while [ "$1" != --out ]; do shift; done; echo {} > "$2"\n'

ENDINGS = [
    # script of the command, its exit code, how the step calls it, what is said in the end
    (KEEP + "echo PLAN", 0, "planned", None),
    (KEEP + "echo PLAN", 1, "blocked", "a rule is blocked"),
    ("echo FINDINGS", 1, "content", "the content has errors"),
    ("true", 0, "failed", "there is no plan"),
    ("true", 1, "failed", "there is no plan"),
    (KEEP, 1, "failed", "there is no plan"),
    ("echo half", 2, "failed", "there is no plan"),
    ("echo half", 3, "failed", "there is no plan"),
    (KEEP + "echo half", 4, "failed", "there is no plan"),
    ("echo half", 130, "failed", "there is no plan"),
    ("echo half", 143, "failed", "there is no plan"),
]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    runner = Runner(tmp_path / "runner", {"PULL_REQUEST": "7", "BASE": "b" * 40})
    runner.github(COMMENTS, [])
    return runner


def plan(runner: Runner, script: str, code: int) -> tuple[int, str]:
    """Run the steps from the plan on; return how the job ends, and what is said of it."""
    runner.sentinelgen(f"{script}\nexit {code}")
    planned = runner.run(step_of("plan", "Plan"))
    ended = {"ENDED": runner.outputs()["ended"]}
    written = runner.run(step_of("plan", "Write the plan as a comment"), **ended)
    assert written.returncode == 0, written.stderr
    if planned.returncode:
        return planned.returncode, planned.stdout
    last = runner.run(step_of("plan", "Fail when a rule is blocked or"), **ended)
    return last.returncode, last.stdout


@pytest.mark.parametrize(("script", "code", "ended", "said"), ENDINGS, ids=str)
def test_the_comment_and_the_step_that_fails_say_what_is_true(
    runner: Runner, script: str, code: int, ended: str, said: str | None
) -> None:
    result, output = plan(runner, script, code)
    assert runner.outputs() == {"code": str(code), "ended": ended}
    ((method, path, fields),) = runner.changes()
    assert (method, path) == ("POST", COMMENTS)
    marker, *lines = fields["body"].splitlines()
    assert marker == MARKER
    if ended == "failed":
        assert lines[0] == "<h3>No plan for tenant <code>lab</code></h3>"
        assert f"https://github.com/{REPOSITORY}/actions/runs/17" in fields["body"]
    else:
        assert lines in (["PLAN"], ["FINDINGS"])
    assert result == (0 if said is None else code or 1)
    assert output.count("::error::") == (said is not None)
    assert (said or "") in output
    assert ("is blocked" in output) == (ended == "blocked")


def test_a_step_that_failed_before_the_plan_is_no_reason_to_leave_the_last_one(
    runner: Runner,
) -> None:
    write = step_of("plan", "Write the plan as a comment")
    assert write["if"] == "${{ !cancelled() }}"
    runner.github(COMMENTS, [comment(3, "the plan of an earlier commit")])
    assert runner.run(write, ENDED="").returncode == 0
    ((method, path, fields),) = runner.changes()
    assert (method, path) == ("PATCH", f"repos/{REPOSITORY}/issues/comments/3")
    assert "No plan for tenant" in fields["body"]


def test_the_reason_is_said_where_the_comment_could_not_be_written() -> None:
    last = step_of("plan", "Fail when a rule is blocked or")
    condition = last["if"].replace("cancelled()", "cancelled")
    for outcome in ("success", "failure", "skipped"):
        context = {"cancelled": False, "steps.plan.outcome": outcome}
        assert expression(condition, context) == (outcome == "success")


def comment(number: int, text: str = "", **changed: Any) -> dict[str, Any]:
    return {"id": number, "user": BOT, "body": f"{MARKER}\n{text}", **changed}


@pytest.mark.parametrize(
    ("pages", "over"),
    [
        ([[comment(1)]], 1),
        ([[comment(1, user={"login": "somebody"})]], None),
        ([[comment(1, body=f"quoted: {MARKER}")]], None),
        ([[comment(1, body="<!-- sentinelgen plan lab2 -->")]], None),
        ([[comment(n, body="talk") for n in range(30)], [comment(31)], [comment(61, "x")]], 61),
    ],
    ids=["ours", "somebody's", "quoted", "another tenant's", "on the last page"],
)
def test_only_our_own_comment_is_written_over(
    runner: Runner, pages: list[list[dict[str, Any]]], over: int | None
) -> None:
    runner.github(COMMENTS, *pages)
    plan(runner, KEEP + "echo PLAN", 0)
    ((method, path, _),) = runner.changes()
    expected = COMMENTS if over is None else f"repos/{REPOSITORY}/issues/comments/{over}"
    assert (method, path) == ("POST" if over is None else "PATCH", expected)


def test_no_second_comment_is_written_where_the_first_could_not_be_looked_for(
    tmp_path: Path,
) -> None:
    runner = Runner(tmp_path / "runner", {"PULL_REQUEST": "7"})
    (runner.temp / "plan.md").write_text("PLAN\n", "utf-8")
    written = runner.run(step_of("plan", "Write the plan as a comment"), ENDED="planned")
    assert written.returncode != 0
    assert runner.changes() == []
