"""What content brings along cannot choose where on the machine the tool writes, or what it says."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.bad_inputs import GOOD, write
from tests.cli.commands import run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    return tmp_path / "outside"


@pytest.mark.parametrize("link", [".sentinelgen", ".sentinelgen/cache"])
def test_no_cache_is_written_through_a_link(root: Path, outside: Path, link: str) -> None:
    (root / link).parent.mkdir(exist_ok=True)
    (root / link).symlink_to(outside)
    for command in ("validate", "build"):
        ended = run(command, folder=root)
        assert ended.returncode == 0, ended.stderr
    assert list(outside.iterdir()) == []


def test_a_file_in_place_of_the_cache_is_no_hindrance(root: Path) -> None:
    write(root, ".sentinelgen", "in the way\n")
    assert run("build", folder=root).returncode == 0
    assert run("build", folder=root).returncode == 0


@pytest.mark.parametrize("link", [".sentinelgen", ".sentinelgen/detection.schema.json"])
def test_new_overwrites_nothing_through_a_link(root: Path, outside: Path, link: str) -> None:
    write(outside, "detection.schema.json", "mine\n")
    target = outside if link == ".sentinelgen" else outside / "detection.schema.json"
    (root / link).parent.mkdir(exist_ok=True)
    (root / link).symlink_to(target)
    ended = run("new", "identity/fresh", folder=root)
    assert ended.returncode == 2
    assert "link" in ended.stderr
    assert (outside / "detection.schema.json").read_text("utf-8") == "mine\n"
    assert not (root / "detections/identity/fresh.yaml").exists()


def test_a_cache_that_came_with_the_content_is_not_believed(root: Path, tmp_path: Path) -> None:
    """Another user's cache, committed, says that a build is done and that every query is fine."""
    assert run("build", folder=root).returncode == 0
    copied = tmp_path / "elsewhere" / "content"
    root.parent.joinpath("elsewhere").mkdir()
    root.rename(copied)
    artifact = copied / "arm/identity/first.json"
    artifact.write_text(artifact.read_text("utf-8").replace("SigninLogs", "AuditLogs"), "utf-8")
    write(copied, "detections/identity/first.yaml", GOOD.replace("| project", "| projct"))
    ended = run("build", "--format", "json", folder=copied)
    assert ended.returncode == 1
    assert "SG401" in {finding["code"] for finding in json.loads(ended.stdout)["findings"]}
