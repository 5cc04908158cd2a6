"""Workflows deploy while nobody watches: pinned, with least permissions, deaf to hostile text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
OURS = sorted((ROOT / ".github/workflows").glob("*.yml"))
SCAFFOLD = sorted((ROOT / "generator/cli/scaffold/content/.github/workflows").glob("*.yml"))
WORKFLOWS = OURS + SCAFFOLD
ACTIONS = sorted((ROOT / ".github/actions").glob("*/action.yml"))

PINNED = {
    "actions/checkout": "de0fac2e4500dabe0009e67214ff5f5447ce83dd",
    "actions/setup-python": "a309ff8b426b58ec0e2a45f0f869d46889d02405",
    "actions/upload-artifact": "ea165f8d65b6e75b540449e92b4886f43607fa02",
    "azure/login": "a457da9ea143d694b1b9c7c869ebb04ebe844ef5",
}
UNTRUSTED = re.compile(r"\$\{\{")


def load(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return document


def steps(path: Path) -> list[dict[str, Any]]:
    document = load(path)
    if "runs" in document:
        return list(document["runs"]["steps"])
    return [step for job in document["jobs"].values() for step in job.get("steps", ())]


pytestmark = pytest.mark.skipif(not OURS, reason="the workflows are not beside the tests")


@pytest.mark.parametrize("path", WORKFLOWS + ACTIONS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_that_we_know(path: Path) -> None:
    for step in steps(path):
        if "uses" in step and not step["uses"].startswith("./"):
            name, _, revision = step["uses"].partition("@")
            assert PINNED[name] == revision


@pytest.mark.parametrize("path", WORKFLOWS + ACTIONS, ids=lambda path: path.name)
def test_no_expression_is_pasted_into_a_script(path: Path) -> None:
    assert not [step for step in steps(path) if UNTRUSTED.search(step.get("run", ""))]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_do_nothing_but_what_a_job_asks_for(path: Path) -> None:
    document = load(path)
    assert document["permissions"] == {}
    for name, job in document["jobs"].items():
        assert job["permissions"], name
        writable = {scope for scope, level in job["permissions"].items() if level == "write"}
        assert writable <= {"id-token", "pull-requests", "issues"}, name
        assert job["timeout-minutes"] <= 60


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_workflow_runs_with_rights_on_a_strangers_pull_request(path: Path) -> None:
    triggers = load(path)[True]  # YAML 1.1 reads `on` as true
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(triggers)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_checkouts_leave_no_token_behind(path: Path) -> None:
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_only_jobs_with_an_identity_see_azure_and_never_for_a_fork() -> None:
    jobs = load(ROOT / ".github/workflows/deploy.yml")["jobs"]
    identified = {name for name, job in jobs.items() if "id-token" in job["permissions"]}
    assert identified == {"plan", "deploy", "drift"}
    assert "head.repo.full_name == github.repository" in jobs["plan"]["if"]
    assert jobs["deploy"]["environment"]
    assert jobs["deploy"]["concurrency"]["cancel-in-progress"] is False


def test_jobs_that_ask_where_a_difference_comes_from_have_the_whole_history() -> None:
    jobs = load(ROOT / ".github/workflows/deploy.yml")["jobs"]
    for name in ("plan", "deploy", "drift"):
        (content,) = [
            step for step in jobs[name]["steps"] if step.get("name") == "Check out the content"
        ]
        assert content["with"]["fetch-depth"] == 0, name


def test_the_issue_about_drift_names_only_what_counts_and_never_stands_for_broken_content() -> None:
    steps_of_drift = load(ROOT / ".github/workflows/deploy.yml")["jobs"]["drift"]["steps"]
    (compare,) = [step["run"] for step in steps_of_drift if step.get("id") == "drift"]
    assert 'drift --tenant "$TENANT" --quiet' in compare
    assert '[ ! -s "$RUNNER_TEMP/drift.txt" ]; then exit 1' in compare


def test_the_tool_of_a_job_with_an_identity_is_never_the_pull_requests() -> None:
    document = load(ROOT / ".github/workflows/deploy.yml")
    assert document["env"]["TOOL_REF"] == (
        "${{ inputs.tool-ref || github.event.pull_request.base.sha || github.sha }}"
    )
    for job in document["jobs"].values():
        tools = [step for step in job["steps"] if step.get("name") == "Check out sentinelgen"]
        assert [step["with"]["ref"] for step in tools] == ["${{ env.TOOL_REF }}"]


def test_the_setup_action_trusts_no_index_and_nothing_among_the_content() -> None:
    (install,) = [step for step in steps(ACTIONS[0]) if "run" in step]
    assert install["working-directory"] == "${{ runner.temp }}"
    calls = [line for line in install["run"].splitlines() if re.search(r"python\S* ", line)]
    assert calls
    assert all(re.search(r"python\"? -I -m ", line) for line in calls)
    requirements, tool = [line for line in install["run"].splitlines() if "{install[@]}" in line]
    assert "--require-hashes --only-binary :all: -r" in requirements
    assert "--no-deps --no-build-isolation" in tool


def test_the_newest_versions_only_warn() -> None:
    jobs = load(ROOT / ".github/workflows/ci.yml")["jobs"]
    (run,) = [step for step in jobs["newest"]["steps"] if "run" in step]
    assert run["env"] == {"NEWEST": "1"}
    assert "::warning" in run["run"]
    assert "needs" not in jobs["test"]
