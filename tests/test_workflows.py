"""Workflows deploy while nobody watches: pinned, with least permissions, deaf to hostile text."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
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


needs_bash = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "jq", "realpath"))), reason="runs scripts as a runner does"
)


def bash(
    script: str, *, folder: Path | None = None, variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


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
    assert '[ ! -s "$RUNNER_TEMP/drift.md" ]; then exit 1' in compare


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


@pytest.mark.parametrize(
    "path", [path for path in WORKFLOWS if path.name != "ci.yml"], ids=lambda path: path.name
)
def test_content_and_tool_lie_side_by_side(path: Path) -> None:
    for name, job in load(path)["jobs"].items():
        paths = {
            step["name"]: step["with"].get("path")
            for step in job["steps"]
            if step.get("uses", "").startswith("actions/checkout@")
        }
        assert paths == {"Check out the content": "content", "Check out sentinelgen": "tool"}, name
        local = [step["uses"] for step in job["steps"] if step.get("uses", "").startswith("./")]
        assert local == ["./tool/.github/actions/setup"]
        for step in job["steps"]:
            if re.search(r"^\s*sentinelgen ", step.get("run", ""), re.MULTILINE):
                assert step["working-directory"] == "content", (name, step["name"])


FORGET = 'unset "${!ACTIONS_@}"'


def test_no_script_of_a_job_with_an_identity_can_ask_for_a_token() -> None:
    jobs = load(ROOT / ".github/workflows/deploy.yml")["jobs"].values()
    identified = [step for job in jobs if "id-token" in job["permissions"] for step in job["steps"]]
    scripts = [step["run"] for step in [*identified, *steps(ACTIONS[0])] if "run" in step]
    assert len(scripts) > 8
    assert [script for script in scripts if script.splitlines()[0] != FORGET] == []


@needs_bash
def test_forgetting_leaves_no_variable_of_the_job() -> None:
    given = {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t", "ACTIONS_ID_TOKEN_REQUEST_URL": "u"}
    for variables in (given, {}):
        shown = bash(f"{FORGET}\nenv", variables=variables)
        assert "ACTIONS_" not in shown.stdout
        assert shown.returncode == 0


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_warnings_count_wherever_content_is_validated(path: Path) -> None:
    validating = [
        step["run"] for step in steps(path) if "sentinelgen validate" in step.get("run", "")
    ]
    assert all("sentinelgen validate --strict" in run for run in validating)
    assert validating or path.name == "ci.yml"


@needs_bash
@pytest.mark.parametrize(
    ("report", "uploaded"),
    [
        ({"snapshot": "SNAPSHOTS/lab-1.json"}, {"report.json", "lab-1.json"}),
        ({"snapshot": None}, {"report.json"}),
        (None, set()),
        ({"snapshot": "SNAPSHOTS/link.json"}, {"report.json"}),
        ({"snapshot": "SNAPSHOTS/gone.json"}, {"report.json"}),
        ({"snapshot": "SNAPSHOTS/../../secret"}, {"report.json"}),
        ({"snapshot": "SNAPSHOTS"}, {"report.json"}),
        ({"snapshot": "LINKED/lab-1.json"}, {"report.json", "lab-1.json"}),
    ],
    ids=lambda value: str(value) if not isinstance(value, set) else str(len(value)),
)
def test_only_the_snapshot_of_the_report_is_uploaded_and_never_through_a_link(
    tmp_path: Path, report: dict[str, Any] | None, uploaded: set[str]
) -> None:
    content, temporary = tmp_path / "content", tmp_path / "temp"
    snapshots = content / ".sentinelgen/snapshots"
    snapshots.mkdir(parents=True)
    temporary.mkdir()
    for path in (snapshots / "lab-1.json", snapshots / "lab-0.json", content / "secret"):
        path.write_text("{}", "utf-8")
    (snapshots / "link.json").symlink_to(content / "secret")
    (content / "linked").symlink_to(snapshots)
    if report is not None:
        text = json.dumps(report).replace("SNAPSHOTS", str(snapshots))
        text = text.replace("LINKED", str(content / "linked"))
        (temporary / "report.json").write_text(text, "utf-8")
    jobs = load(ROOT / ".github/workflows/deploy.yml")["jobs"]
    (collect,) = [
        step for step in jobs["deploy"]["steps"] if step.get("name", "").startswith("Collect")
    ]
    (keep,) = [
        step
        for step in jobs["deploy"]["steps"]
        if step.get("uses", "").startswith("actions/upload-artifact@")
    ]
    assert keep["with"]["path"] == "${{ runner.temp }}/deployment/"
    ended = bash(collect["run"], folder=content, variables={"RUNNER_TEMP": str(temporary)})
    found = {path.name for path in (temporary / "deployment").iterdir()}
    assert found == uploaded
    assert not any(path.is_symlink() for path in (temporary / "deployment").iterdir())
    named = report and report["snapshot"]
    assert (ended.returncode == 0) == (not named or len(found) == 2), ended.stderr


def test_a_pull_request_does_not_choose_the_workspace_of_its_plan() -> None:
    jobs = load(ROOT / ".github/workflows/deploy.yml")["jobs"]
    (plan,) = [step for step in jobs["plan"]["steps"] if step.get("id") == "plan"]
    assert plan["env"]["BASE"] == "${{ github.event.pull_request.base.sha }}"
    assert 'sentinelgen plan --tenant "$TENANT" --target-from "$BASE"' in plan["run"]
