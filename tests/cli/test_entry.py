"""The ways into the command line lead to one end: exit code, both streams, whatever happens."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli import commands
from tests.cli.bad_inputs import GOOD, write
from tests.cli.commands import HOME, KILL_SECONDS, EndlessCommandError, environment, run

STATES = {
    "a result": ("render", "identity/first"),
    "findings": ("validate", "--no-kql"),
    "a usage error": ("validate", "--nonsense"),
    "a wrong invocation": ("validate", "identity/nobody"),
    "a misspelt command": ("valdate",),
    "help": ("--help",),
    "no command": (),
    "a folder that cannot be made": ("build", "--no-kql", "--out", "sentinelgen.yaml/below"),
}


@pytest.fixture
def mixed(root: Path) -> Path:
    """One detection has an error, and characters that no code page holds."""
    write(root, "detections/devices/third.yaml", GOOD.replace("Low", "日本 🦊\u2028"))
    return root


@pytest.mark.parametrize("state", STATES)
def test_a_process_and_a_call_end_alike(mixed: Path, state: str) -> None:
    process = commands.run_process(*STATES[state], folder=mixed)
    call = run(*STATES[state], folder=mixed)
    assert (call.returncode, call.stdout, call.stderr) == (
        process.returncode,
        process.stdout,
        process.stderr,
    )
    assert call.stdout + call.stderr


def test_the_installed_command_is_the_module(mixed: Path) -> None:
    script = Path(sys.executable).with_name("sentinelgen")
    if not script.exists():
        pytest.skip("the package is not installed beside this interpreter")
    ended = subprocess.run(
        [script, "validate", "--no-kql"],
        cwd=mixed,
        env=environment(mixed.parent / HOME),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=KILL_SECONDS,
        check=False,
    )
    call = run("validate", "--no-kql", folder=mixed)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, call.stdout, call.stderr)


def defect(*_arguments: object, **_options: object) -> None:
    raise ZeroDivisionError("planted")


def test_a_defect_is_said_in_two_lines_and_shown_whole_where_that_is_asked_for(
    mixed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.cli.content.load_catalog", defect)
    short = run("validate", folder=mixed)
    assert short.returncode == 2
    assert short.stderr.startswith("error: internal error: ZeroDivisionError: planted\n")
    assert "Traceback" not in short.stderr
    whole = run("validate", folder=mixed, variables={"SENTINELGEN_DEBUG": "1"})
    assert whole.returncode == 1
    assert "Traceback" in whole.stderr
    assert "in defect" in whole.stderr


def test_a_call_leaves_the_surroundings_as_they_were(mixed: Path) -> None:
    before = dict(os.environ), Path.cwd(), sys.stdout, sys.stderr, sys.stdin
    run("validate", "--no-kql", folder=mixed, variables={"CI": "true"})
    assert (dict(os.environ), Path.cwd(), sys.stdout, sys.stderr, sys.stdin) == before


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such timers")
@pytest.mark.parametrize("spent", ["processor time", "waiting"])
def test_a_call_that_never_ends_fails(
    mixed: Path, monkeypatch: pytest.MonkeyPatch, spent: str
) -> None:
    def hang(*_arguments: object, **_options: object) -> None:
        while True:
            if spent == "waiting":
                time.sleep(1000)

    monkeypatch.setattr("generator.cli.content.load_catalog", hang)
    monkeypatch.setattr(commands, "KILL_SECONDS", 0.1 if spent == "waiting" else KILL_SECONDS)
    monkeypatch.setattr(commands, "CPU_SECONDS", 0.1 if spent != "waiting" else KILL_SECONDS)
    with pytest.raises(EndlessCommandError):
        run("validate", folder=mixed)
