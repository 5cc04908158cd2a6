"""Files that a user has written: nothing but a file is replaced, and no link chooses the place."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import click
import pytest

from generator.cli.group import COMMANDS, cli
from generator.cli.options import OutputFile, OutputFolder
from tests.cli.bad_inputs import write
from tests.cli.commands import run, tree

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and devices of POSIX")

TENANT = """\
target:
  tenantId: t
  subscriptionId: s
  resourceGroup: rg
  workspace: law
  cloud: http://127.0.0.1:9
"""
WRITING = [
    ["plan", "--tenant", "lab", "--no-kql", "--out"],
    ["deploy", "--tenant", "lab", "--no-kql", "--yes", "--report"],
    ["rollback", "--tenant", "lab", "snapshot.json", "--yes", "--report"],
    ["snapshot", "--tenant", "lab", "--out"],
    ["emulator", "--port", "0", "--db"],
]
NAMES = {"--out", "--report", "--db", "--output"}


@pytest.mark.parametrize("command", WRITING, ids=lambda command: f"{command[0]} {command[-1]}")
@pytest.mark.parametrize(
    "name",
    [
        *("sentinelgen.yaml", "tenants/lab.yaml", "detections/identity/new.yaml", "./x.YML"),
        *("detections/_templates/t.kql.j2", "schemas/f.kql", "-"),
    ],
)
def test_content_is_never_written_over(root: Path, command: list[str], name: str) -> None:
    write(root, "tenants/lab.yaml", TENANT)
    before = tree(root)
    ended = run(*command, name, folder=root)
    assert ended.returncode == 2
    assert f"nothing can be written to {name}" in ended.stderr
    assert tree(root) == before


@pytest.mark.parametrize("command", WRITING, ids=lambda command: f"{command[0]} {command[-1]}")
@pytest.mark.parametrize(
    "name", ["pipe", "link-to-pipe", "/dev/null", "out/file.json", "detections"]
)
def test_what_is_no_place_for_a_file_is_a_wrong_invocation(
    root: Path, tmp_path: Path, command: list[str], name: str
) -> None:
    write(root, "tenants/lab.yaml", TENANT)
    os.mkfifo(root / "pipe")
    (root / "link-to-pipe").symlink_to("pipe")
    (tmp_path / "elsewhere").mkdir()
    (root / "out").symlink_to(tmp_path / "elsewhere")
    before = tree(tmp_path)
    ended = run(*command, name, folder=root)
    assert ended.returncode == 2
    assert name in ended.stderr
    assert tree(tmp_path) == before
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_build_writes_below_no_folder_behind_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / "out").symlink_to(tmp_path / "elsewhere")
    ended = run("build", "--no-kql", "--out", "out/arm", folder=root)
    assert ended.returncode == 2
    assert "symbolic link" in ended.stderr
    assert not list((tmp_path / "elsewhere").iterdir())


def test_every_option_that_writes_is_judged_before_the_command_begins() -> None:
    context = click.Context(cli)
    judged = {}
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        for option in command.params:
            if NAMES & set(option.opts):
                judged[f"{name} {option.opts[0]}"] = type(option.type)
    assert judged == {
        "build --out": OutputFolder,
        "plan --out": OutputFile,
        "deploy --report": OutputFile,
        "rollback --report": OutputFile,
        "snapshot --out": OutputFile,
        "emulator --db": OutputFile,
    }


@pytest.mark.parametrize("file", ["sentinelgen.yaml", "tenants", "tenants/lab.yaml"])
def test_no_link_out_of_the_repository_is_followed(root: Path, tmp_path: Path, file: str) -> None:
    write(root, "tenants/lab.yaml", TENANT)
    outside = tmp_path / "outside"
    (root / file).rename(outside)
    (root / file).symlink_to(outside)
    ended = run("plan", "--tenant", "lab", "--no-kql", folder=root)
    assert ended.returncode == 2
    assert "leads out of the repository" in ended.stderr
    validated = run("validate", "--no-kql", folder=root)
    assert validated.returncode in {1, 2}
    assert "leads out of the repository" in validated.stdout + validated.stderr


def test_the_lists_behind_a_linked_folder_are_not_read(root: Path, tmp_path: Path) -> None:
    (root / "detections").rename(tmp_path / "outside")
    write(tmp_path, "outside/retired.yaml", "[{secret: 1}]")
    (root / "detections").symlink_to(tmp_path / "outside")
    ended = run("validate", "--no-kql", folder=root)
    assert ended.returncode != 0
    assert "secret" not in ended.stdout + ended.stderr
