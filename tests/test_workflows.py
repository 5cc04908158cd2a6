"""Workflows deploy while nobody watches: pinned, with least permissions, deaf to hostile text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.workflow_steps import ROOT, bash, expression, load, needs_bash, step_of, steps

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


CALLING = [path for path in OURS if "workflow_call" in load(path)[True]]
OWN = {"github.repository": "our/tool", "github.sha": "5" * 40}
PULLED = {**OWN, "github.event.pull_request.base.sha": "b" * 40}
GIVEN = {
    "inputs.called": True,
    "inputs.tenant": "contoso",
    "inputs.tool-repository": "their/tool",
    "inputs.tool-ref": "7" * 40,
}
VARIABLE = {"vars.SENTINELGEN_TENANT": "lab"}


def environment_of(path: Path, context: dict[str, Any]) -> dict[str, str]:
    written = load(path)["env"]
    return {name: str(expression(text, context)) for name, text in written.items()}


@pytest.mark.parametrize("path", CALLING, ids=lambda path: path.name)
def test_the_tool_is_the_callers_commit_and_never_the_pull_requests(path: Path) -> None:
    called = environment_of(path, {**PULLED, **VARIABLE, **GIVEN})
    assert (called["TOOL_REPOSITORY"], called["TOOL_REF"]) == ("their/tool", "7" * 40)
    assert called.get("TENANT") in {"contoso", None}
    own = environment_of(path, {**OWN, **VARIABLE})
    assert (own["TOOL_REPOSITORY"], own["TOOL_REF"]) == ("our/tool", "5" * 40)
    assert own.get("TENANT") in {"lab", None}
    if path.name == "deploy.yml":
        assert environment_of(path, PULLED)["TOOL_REF"] == "b" * 40


@pytest.mark.parametrize("path", CALLING, ids=lambda path: path.name)
def test_a_checkout_of_the_tool_takes_what_was_judged(path: Path) -> None:
    for job in load(path)["jobs"].values():
        names = [step.get("name", "") for step in job["steps"]]
        refusal, checkout = map(
            names.index, ("Refuse a tool that is not pinned", "Check out sentinelgen")
        )
        assert refusal < checkout
        chosen = job["steps"][checkout]["with"]
        assert chosen["repository"] == "${{ env.TOOL_REPOSITORY }}"
        assert chosen["ref"] == "${{ env.TOOL_REF }}"


@needs_bash
@pytest.mark.parametrize("path", CALLING, ids=lambda path: path.name)
@pytest.mark.parametrize(
    ("change", "is_refused"),
    [
        ({}, False),
        ({"inputs.tool-repository": "", "inputs.tool-ref": ""}, True),
        ({"inputs.tool-repository": ""}, True),
        ({"inputs.tool-repository": "tool"}, True),
        ({"inputs.tool-ref": ""}, True),
        ({"inputs.tool-ref": "main"}, True),
        ({"inputs.tool-ref": "7" * 39}, True),
        (dict.fromkeys(GIVEN), False),
    ],
    ids=str,
)
def test_content_never_becomes_the_tool(
    path: Path, change: dict[str, str | None], is_refused: bool
) -> None:
    variables = environment_of(path, {**PULLED, **VARIABLE, **GIVEN, **change})
    for name in load(path)["jobs"]:
        step = step_of(name, "Refuse a tool that is not pinned", path)
        ended = bash(step["run"], variables=variables)
        assert (ended.returncode != 0) == is_refused, (name, ended.stderr)
        assert ended.stdout.startswith("::error::tool-repository") == is_refused


@needs_bash
@pytest.mark.parametrize(
    ("context", "is_refused"),
    [
        ({**GIVEN, "inputs.tenant": ""}, True),
        (GIVEN, False),
        ({}, False),
        (VARIABLE, False),
    ],
    ids=str,
)
def test_a_call_without_a_tenant_does_not_do_nothing_in_silence(
    context: dict[str, Any], is_refused: bool
) -> None:
    path = ROOT / ".github/workflows/deploy.yml"
    called = {"CALLED": "true" if context.get("inputs.called") else ""}
    # A variable that the caller has for another purpose is no tenant of the call.
    variables = environment_of(path, {**OWN, **VARIABLE, **context})
    for job in ("check", "drift"):
        step = step_of(job, "Refuse a call without a tenant")
        ended = bash(step["run"], variables={**variables, **called})
        assert (ended.returncode != 0) == is_refused, ended.stderr


def test_a_deployment_that_waits_is_displaced_by_a_deployment_only() -> None:
    jobs = load(ROOT / ".github/workflows/deploy.yml")["jobs"]
    kinds = {name: job["concurrency"]["group"].partition("-$")[0] for name, job in jobs.items()}
    assert len(set(kinds.values())) == len(kinds), "GitHub keeps one waiting run of a group"
    assert not any(jobs[name]["concurrency"]["cancel-in-progress"] for name in ("deploy", "drift"))


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
        ({"snapshot": "SNAPSHOTS/link.json"}, {"report.json"}),
        ({"snapshot": "SNAPSHOTS/gone.json"}, {"report.json"}),
        ({"snapshot": "SNAPSHOTS/../../secret"}, {"report.json"}),
        ({"snapshot": "SNAPSHOTS"}, {"report.json"}),
        ({"snapshot": "LINKED/lab-1.json"}, {"report.json", "lab-1.json"}),
    ],
    ids=lambda value: str(value) if not isinstance(value, set) else str(len(value)),
)
def test_only_the_snapshot_of_the_report_is_uploaded_and_never_through_a_link(
    tmp_path: Path, report: dict[str, Any], uploaded: set[str]
) -> None:
    content, temporary = tmp_path / "content", tmp_path / "temp"
    snapshots = content / ".sentinelgen/snapshots"
    snapshots.mkdir(parents=True)
    temporary.mkdir()
    for path in (snapshots / "lab-1.json", snapshots / "lab-0.json", content / "secret"):
        path.write_text("{}", "utf-8")
    (snapshots / "link.json").symlink_to(content / "secret")
    (content / "linked").symlink_to(snapshots)
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
    named = report["snapshot"]
    assert (ended.returncode == 0) == (not named or len(found) == 2), ended.stderr


@needs_bash
@pytest.mark.parametrize(
    ("report", "outcome", "said"),
    [
        (None, "success", "left no report"),
        (None, "failure", "left no report"),
        ("", "failure", "left no report"),
        ("{", "failure", "is no JSON"),
        (None, "skipped", None),
        (None, "cancelled", None),
        (None, "", None),
    ],
)
def test_a_deployment_without_a_report_that_can_be_read_is_an_error(
    tmp_path: Path, report: str | None, outcome: str, said: str | None
) -> None:
    if report is not None:
        (tmp_path / "report.json").write_text(report, "utf-8")
    collect = step_of("deploy", "Collect the report")
    assert collect["env"] == {"OUTCOME": "${{ steps.deploy.outcome }}"}
    variables = {"RUNNER_TEMP": str(tmp_path), "OUTCOME": outcome}
    ended = bash(collect["run"], folder=tmp_path, variables=variables)
    assert ended.returncode == (said is not None)
    assert (said or "") in ended.stdout
    assert (said is None) == (ended.stdout == "")


def test_a_pull_request_does_not_choose_the_workspace_of_its_plan() -> None:
    jobs = load(ROOT / ".github/workflows/deploy.yml")["jobs"]
    (plan,) = [step for step in jobs["plan"]["steps"] if step.get("id") == "plan"]
    assert plan["env"]["BASE"] == "${{ github.event.pull_request.base.sha }}"
    assert 'sentinelgen plan --tenant "$TENANT" --target-from "$BASE"' in plan["run"]
