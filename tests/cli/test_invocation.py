"""Where commands may be run from, what names a detection, where output goes, and the exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from generator import __version__
from generator.cli.main import main
from tests.cli.bad_inputs import GOOD, write
from tests.cli.commands import HOME, KILL_SECONDS, environment, run


def codes(ended: subprocess.CompletedProcess[str]) -> list[str]:
    return [finding["code"] for finding in json.loads(ended.stdout)["findings"]]


def test_the_root_is_found_upward_or_named_before_or_after_the_command(
    root: Path, tmp_path: Path
) -> None:
    inside = run("validate", "--no-kql", folder=root / "detections/identity")
    before = run("--root", str(root), "validate", "--no-kql", folder=tmp_path)
    after = run("validate", "--no-kql", "--root", "content", folder=tmp_path)
    assert inside.returncode == before.returncode == after.returncode == 0
    assert inside.stdout == before.stdout == after.stdout
    assert "3 detections" in after.stdout


def test_without_a_content_repository_the_exit_code_is_2(tmp_path: Path) -> None:
    for arguments in (("validate",), ("build",), ("--root", str(tmp_path), "validate")):
        ended = run(*arguments, folder=tmp_path)
        assert ended.returncode == 2
        assert "sentinelgen.yaml" in ended.stderr
        assert ended.stdout == ""


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("detections/identity/first.yaml", 1),
        ("./detections/identity/../identity/first.yaml", 1),
        ("identity/first", 1),
        ("identity/second one", 1),
        ("5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10", 1),
        ("5B1E4A52-6F0C-4F7B-9D3E-2C8A7F3F1D10", 1),
        ("detections/identity", 2),
        ("detections/identity/", 2),
        ("detections", 3),
        (".", 3),
    ],
)
def test_a_path_is_a_file_a_folder_an_id_or_area_and_slug(
    root: Path, path: str, number: int
) -> None:
    ended = run("validate", "--no-kql", "--format", "json", path, folder=root)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["summary"]["detections"] == number


def test_a_path_is_looked_up_from_where_the_user_stands(root: Path) -> None:
    ended = run(
        "validate",
        "--no-kql",
        "--format",
        "json",
        "first.yaml",
        folder=root / "detections/identity",
    )
    assert json.loads(ended.stdout)["summary"]["detections"] == 1


def test_a_path_that_names_nothing_is_exit_2_with_a_hint(root: Path) -> None:
    ended = run("validate", "--no-kql", "identity/frist", folder=root)
    assert ended.returncode == 2
    assert "did you mean 'identity/first'?" in ended.stderr


def test_findings_as_json_have_exactly_the_documented_members(root: Path) -> None:
    write(root, "detections/identity/first.yaml", GOOD.replace("Low", "low"))
    ended = run("validate", "--no-kql", "--format", "json", folder=root)
    assert ended.returncode == 1
    document = json.loads(ended.stdout)
    assert list(document) == ["findings", "summary"]
    assert list(document["summary"]) == ["detections", "errors", "warnings", "notes"]
    (finding,) = [entry for entry in document["findings"] if entry["severity"] == "error"]
    assert list(finding) == [
        "code",
        "severity",
        "message",
        "file",
        "line",
        "column",
        "endLine",
        "endColumn",
        "detection",
        "help",
    ]
    assert finding["file"] == "detections/identity/first.yaml"
    assert (finding["line"], finding["column"]) == (4, 11)
    assert (finding["endLine"], finding["endColumn"]) == (4, 14)
    assert finding["detection"] == "identity/first"


def test_warnings_count_as_errors_only_with_strict(root: Path) -> None:
    write(root, "detections/identity/first.yaml", GOOD.replace("version: 1.0.0\n", ""))
    assert run("validate", "--no-kql", folder=root).returncode == 0
    assert run("validate", "--no-kql", "--strict", folder=root).returncode == 1
    assert run("build", "--no-kql", "--strict", folder=root).returncode == 1
    assert not (root / "arm").exists()


def test_kql_that_is_required_cannot_be_left_out(root: Path) -> None:
    for command in ("validate", "build"):
        assert run(command, "--no-kql", "--require-kql", folder=root).returncode == 2


def test_render_prints_the_final_query_and_nothing_else(root: Path) -> None:
    plain = run("render", "identity/first", folder=root)
    assert plain.stdout == "SigninLogs\n| project TimeGenerated, UserPrincipalName\n"
    assert plain.stderr == ""
    tuned = run("render", "detections/identity/second one.yaml", folder=root)
    assert tuned.stdout == "SigninLogs\n| where UserPrincipalName in (dynamic([]))\n"


def test_render_of_a_folder_or_of_a_broken_detection_prints_no_query(root: Path) -> None:
    folder = run("render", "detections/identity", folder=root)
    assert (folder.returncode, folder.stdout) == (2, "")
    write(root, "detections/identity/first.yaml", GOOD.replace("Low", "low"))
    broken = run("render", "detections/identity/first.yaml", folder=root)
    assert (broken.returncode, broken.stdout) == (1, "")
    assert "SG023" in broken.stderr


def test_schema_and_checks_need_no_content_repository(tmp_path: Path) -> None:
    schema = json.loads(run("schema", folder=tmp_path).stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    listed = run("checks", folder=tmp_path)
    assert {"SG001", "SG101", "SG301"} <= set(re.findall(r"SG\d{3}", listed.stdout))
    assert "SG101" in run("checks", "SG101", folder=tmp_path).stdout
    assert run("checks", "SG999", folder=tmp_path).returncode == 2


def test_every_command_has_a_help_text_with_an_example(tmp_path: Path) -> None:
    commands = re.findall(r"(?m)^  ([a-z]+) ", run("--help", folder=tmp_path).stdout)
    assert {"init", "new", "validate", "render", "build", "schema", "checks"} <= set(commands)
    for command in commands:
        ended = run(command, "--help", folder=tmp_path)
        assert ended.returncode == 0, command
        assert f"Example: sentinelgen {command}" in ended.stdout, command


def test_version_and_wrong_commands(tmp_path: Path) -> None:
    assert run("--version", folder=tmp_path).stdout == f"sentinelgen, version {__version__}\n"
    misspelt = run("biuld", folder=tmp_path)
    assert misspelt.returncode == 2
    assert "did you mean 'build'?" in misspelt.stderr
    assert run("build", "--nonsense", folder=tmp_path).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "variables", "coloured"),
    [
        ((), {}, False),
        ((), {"FORCE_COLOR": "1"}, True),
        (("--no-color",), {"FORCE_COLOR": "1"}, False),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
    ids=str,
)
def test_colour_only_where_it_is_wanted(
    root: Path, arguments: tuple[str, ...], variables: dict[str, str], coloured: bool
) -> None:
    write(root, "detections/identity/first.yaml", GOOD.replace("Low", "low"))
    ended = run("validate", "--no-kql", *arguments, folder=root, variables=variables)
    assert ("\x1b[" in ended.stdout) == coloured


def test_windows_line_ends_change_no_position_and_reach_the_query(root: Path) -> None:
    text = GOOD.replace("\n", "\r\n")
    write(root, "detections/identity/first.yaml", text.replace("Low", "low"))
    ended = run("validate", "--no-kql", "--format", "json", folder=root)
    (finding,) = [e for e in json.loads(ended.stdout)["findings"] if e["code"] == "SG023"]
    assert (finding["line"], finding["column"], finding["endColumn"]) == (4, 11, 14)
    write(root, "detections/identity/first.yaml", text)
    assert run("build", "--no-kql", folder=root).returncode == 0


def test_names_and_texts_of_any_script(root: Path) -> None:
    text = GOOD.replace("Something happened", "Ünïcode 日本 🦊").replace("5b1e4a52", "8e4b7d85")
    write(root, "detections/identität/日本 🦊.yaml", text)
    ended = run("build", "--no-kql", folder=root, variables={"LC_ALL": "C"})
    assert ended.returncode == 0, ended.stderr
    assert "日本 🦊" in (root / "arm/identität/日本 🦊.json").read_text("utf-8")
    broken = text.replace("Low", "日本")
    write(root, "detections/identität/日本 🦊.yaml", broken)
    for form in ("text", "json", "github", "sarif"):
        ended = run(
            "validate",
            "--no-kql",
            "--format",
            form,
            folder=root,
            variables={"PYTHONIOENCODING": "ascii"},
        )
        assert ended.returncode == 1, ended.stderr
        assert "internal error" not in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("validate --no-kql", 1),
        ("validate --no-kql --format json", 1),
        ("validate --no-kql --format sarif", 1),
        ("build --no-kql", 1),
        ("checks", 0),
        ("schema", 0),
        ("render identity/first", 0),
        ("validate --help", 0),
        ("--version", 0),
        ("checks SG999", 2),
    ],
)
def test_a_reader_that_goes_away_changes_no_exit_code(root: Path, command: str, code: int) -> None:
    for number in range(200):
        text = GOOD.replace("5b1e4a52", f"{number:08x}").replace("Low", "low")
        write(root, f"detections/many/{number}.yaml", text)
    ended = subprocess.run(
        [
            "/bin/sh",
            "-c",
            f'{{ "{sys.executable}" -m generator {command}; echo $? >&3; }} 3>code | true',
        ],
        cwd=root,
        env=environment(root.parent / HOME),
        capture_output=True,
        text=True,
        timeout=KILL_SECONDS,
        check=False,
    )
    assert (root / "code").read_text("utf-8").strip() == str(code)
    assert "Traceback" not in ended.stderr
    assert "BrokenPipe" not in ended.stderr
    assert "internal error" not in ended.stderr


needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


def with_full(root: Path, *arguments: str, which: str) -> subprocess.CompletedProcess[str]:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, which: full}
        return subprocess.run(
            [sys.executable, "-m", "generator", *arguments],
            cwd=root,
            env=environment(root.parent / HOME),
            text=True,
            timeout=KILL_SECONDS,
            check=False,
            stdout=streams["stdout"],
            stderr=streams["stderr"],
        )


@needs_full
@pytest.mark.parametrize(
    "arguments",
    [("checks",), ("--help",), ("validate", "--no-kql"), ("render", "identity/first")],
    ids=lambda arguments: arguments[0],
)
def test_a_result_that_cannot_be_written_is_said_in_one_line(
    root: Path, arguments: tuple[str, ...]
) -> None:
    ended = with_full(root, *arguments, which="stdout")
    assert ended.returncode == 2
    assert ended.stderr.endswith("error: standard output: No space left on device\n")
    assert "Traceback" not in ended.stderr


@needs_full
@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("checks",), 0), (("validate", "--no-kql"), 0), (("validate", "--nonsense"), 2)],
    ids=["checks", "validate", "usage"],
)
def test_words_that_cannot_be_written_change_no_exit_code(
    root: Path, arguments: tuple[str, ...], code: int
) -> None:
    assert with_full(root, *arguments, which="stderr").returncode == code


def test_github_annotations_are_relative_to_the_workspace(root: Path) -> None:
    write(root, "detections/identity/first.yaml", GOOD.replace("Low", "low"))
    ended = run(
        "validate",
        "--no-kql",
        "--format",
        "github",
        folder=root,
        variables={"GITHUB_WORKSPACE": str(root.parent)},
    )
    errors = [line for line in ended.stdout.splitlines() if line.startswith("::error ")]
    assert len(errors) == 1
    assert "file=content/detections/identity/first.yaml,line=4,endLine=4,col=11" in errors[0]


def test_github_annotations_are_relative_to_the_checkout_that_holds_the_content(root: Path) -> None:
    write(root, "detections/identity/first.yaml", GOOD.replace("Low", "low"))
    (root / ".git").mkdir()
    arguments = ("validate", "--no-kql", "--format", "github")
    for workspace in (root, root.parent, root.parent.parent):
        ended = run(*arguments, folder=root, variables={"GITHUB_WORKSPACE": str(workspace)})
        assert "::error file=detections/identity/first.yaml,line=4" in ended.stdout


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for git is a shell script")
def test_no_child_sees_what_a_job_gets_tokens_with(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = write(tmp_path, "bin/git", f"#!/bin/sh\nenv > '{tmp_path}/seen'\nexit 1\n")
    git.chmod(0o755)
    secrets = {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "planted", "ACTIONS_RUNTIME_TOKEN": "planted"}
    path = f"{git.parent}{os.pathsep}{os.environ['PATH']}"
    ended = run(
        *("validate", "--no-kql", "--base", "main"),
        folder=root,
        variables={**secrets, "PATH": path},
    )
    assert ended.returncode == 2
    assert "PATH=" in (tmp_path / "seen").read_text("utf-8")
    assert "planted" not in (tmp_path / "seen").read_text("utf-8")
    # Whoever starts another child after `main` has begun has nothing to pass on either.
    monkeypatch.setenv("ACTIONS_RUNTIME_TOKEN", "planted")
    assert main(["--version"]) == 0
    assert "ACTIONS_RUNTIME_TOKEN" not in os.environ


def test_an_interrupted_command_says_so_without_a_traceback(root: Path) -> None:
    if os.name == "nt":
        pytest.skip("there is no such signal")
    code = (
        "import os, signal, sys\n"
        "import generator.cli.content as content\n"
        # Whoever runs tests in the background has had it ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "content.load_content = lambda *a, **k: os.kill(os.getpid(), signal.SIGINT)\n"
        "from generator.cli.main import main\n"
        "sys.exit(main(['validate']))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env=environment(root.parent / HOME),
        capture_output=True,
        text=True,
        timeout=KILL_SECONDS,
        check=False,
    )
    assert ended.stderr.strip() == "Stopped."
    assert ended.returncode == 128 + signal.SIGINT
