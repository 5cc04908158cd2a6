"""What others wrote steers neither a terminal nor the runner of a workflow, whoever prints it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from generator.cli import console
from generator.kql_service.bundle import KqlUnavailableError, find_bundle
from tests.cli.bad_inputs import GOOD, QUERY, write
from tests.cli.commands import run
from tests.text.runner import commands_in

IN_A_WORKFLOW = {"GITHUB_ACTIONS": "true"}
TRAP = "::stop-commands::x"
OLD_TRAP = "##[add-mask]x"
STEERING = "\x1b[2J\u202e\x9b"
WRITTEN = r"\x1b[2J\u202e\x9b"


def is_safe(text: str) -> bool:
    return not commands_in(text) and all(c.isprintable() or c in "\n\t" for c in text)


def with_tests(root: Path, name: str) -> None:
    write(
        root,
        "detections/identity/first.tests.yaml",
        f"tests:\n  - name: {json.dumps(name)}\n    tables: {{}}\n    expect: {{alerts: 0}}\n",
    )


def needs_kql() -> None:
    try:
        find_bundle()
    except KqlUnavailableError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_the_name_of_a_test_is_no_command(root: Path, form: str) -> None:
    needs_kql()
    with_tests(root, f"{TRAP} {OLD_TRAP}")
    ended = run("test", "identity/first", "--format", form, folder=root, variables=IN_A_WORKFLOW)
    assert "stop-commands" in ended.stdout
    assert is_safe(ended.stdout)
    assert is_safe(ended.stderr)


def test_a_slug_at_the_beginning_of_a_line_is_no_command(root: Path) -> None:
    needs_kql()
    (root / "detections/identity").rename(root / "detections/::stop-commands::x")
    write(root, "detections/::stop-commands::x/first.tests.yaml", "tests: [{name: a}]\n")
    for arguments in (("test",), ("validate", "--no-kql"), ("validate", "--format", "github")):
        ended = run(*arguments, folder=root, variables=IN_A_WORKFLOW)
        assert "stop-commands" in ended.stdout + ended.stderr
        own = [line for line in ended.stdout.splitlines() if line.startswith(("::err", "::warn"))]
        assert sorted(commands_in(ended.stdout + ended.stderr)) == sorted(own)


def test_a_rendered_query_is_exact_but_for_a_runner(root: Path, tmp_path: Path) -> None:
    lines = f'  {TRAP}\n  | where A == "{OLD_TRAP}"\n'
    write(root, "detections/identity/first.yaml", GOOD.replace(QUERY, f"query: |\n{lines}"))
    plain = run("render", "identity/first", folder=root)
    assert plain.stdout == f'{TRAP}\n| where A == "{OLD_TRAP}"\n'
    watched = run("render", "identity/first", folder=root, variables=IN_A_WORKFLOW)
    assert watched.returncode == 0
    assert watched.stdout == '\\x3a:stop-commands::x\n| where A == "\\x23#[add-mask]x"\n'
    with (tmp_path / "query.kql").open("w") as file, pytest.MonkeyPatch.context() as patched:
        patched.setenv("GITHUB_ACTIONS", "true")
        patched.setattr("sys.stdout", file)
        console.result_exact(plain.stdout)
    assert (tmp_path / "query.kql").read_text("utf-8") == plain.stdout


@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl"])
def test_what_a_query_returns_is_no_command(tmp_path: Path, form: str) -> None:
    needs_kql()
    query = f"print ['{TRAP}'] = '{TRAP}\\n{TRAP}', b = '{OLD_TRAP}'"
    ended = run("query", query, "--format", form, folder=tmp_path, variables=IN_A_WORKFLOW)
    assert "stop-commands" in ended.stdout, ended.stderr
    assert not commands_in(ended.stdout + ended.stderr)
    if form == "json":
        assert json.loads(ended.stdout)["rows"] == [[f"{TRAP}\n{TRAP}", OLD_TRAP]]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("sentinelgen.yaml", f'{{"{WRITTEN}": 1, "{TRAP}": 2}}'),
        ("tenants/lab.yaml", f'target: {{"{WRITTEN}": 1, cloud: "\\n{TRAP}{WRITTEN}"}}'),
        ("detections/identity/first.yaml", GOOD + f'"{WRITTEN}": 1\n'),
        ("detections/identity/first.yaml", GOOD + f'tags: ["{WRITTEN}", {{"{WRITTEN}": 1}}]\n'),
        ("detections/identity/first.yaml", GOOD.replace("id: ", f'id: "\\n{TRAP}{WRITTEN}" #')),
        ("detections/retired.yaml", f'[{{"{WRITTEN}": 1}}]'),
        (f"detections/identity/{STEERING}.yaml", "a: 1"),
        (f"tenants/{STEERING}.yaml", "a: 1"),
        (f"tenants/\n{TRAP}.yaml", "a: 1"),
    ],
    ids=["setting", "tenant", "key", "tag", "id", "list", "file", "tenant file", "line in a name"],
)
@pytest.mark.parametrize("command", ["validate", "build", "plan", "render"])
def test_errors_about_names_steer_nothing(root: Path, command: str, file: str, text: str) -> None:
    write(root, file, text)
    more = {"plan": ["--tenant", "lab"], "render": ["identity/first"]}.get(command, [])
    ended = run(command, *more, folder=root, variables=IN_A_WORKFLOW)
    assert is_safe(ended.stdout)
    assert is_safe(ended.stderr)


@pytest.mark.parametrize("argument", [STEERING, f"\n{TRAP}", OLD_TRAP])
@pytest.mark.parametrize(
    "command",
    [
        ["{}"],
        ["--root", "{}", "validate"],
        ["validate", "{}"],
        ["validate", "--format", "{}"],
        ["validate", "--base", "{}"],
        ["plan", "--tenant", "{}"],
        ["new", "{}"],
        ["query", "-f", "{}"],
        ["query", "{}"],
        ["checks", "{}"],
        ["rollback", "--tenant", "lab", "{}"],
    ],
    ids=" ".join,
)
def test_errors_about_arguments_steer_nothing(
    root: Path, command: list[str], argument: str
) -> None:
    given = [part.format(argument) for part in command]
    ended = run(*given, folder=root, variables=IN_A_WORKFLOW)
    assert ended.returncode != 0
    assert is_safe(ended.stdout)
    assert is_safe(ended.stderr)


def test_colours_of_our_own_are_the_only_escapes(root: Path) -> None:
    write(root, "detections/identity/first.yaml", GOOD + f'"{WRITTEN}": 1\n')
    ended = run("validate", "--no-kql", folder=root, variables={"FORCE_COLOR": "1"})
    assert "\x1b[1m" in ended.stdout
    assert "\x1b[2J" not in ended.stdout
    assert os.linesep in ended.stdout
