"""`build`: which files it writes, compares, removes and leaves alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.bad_inputs import GOOD, write
from tests.cli.commands import HOME, KILL_SECONDS, environment, run, tree
from tests.cli.conftest import THIRD

ARTIFACTS = [
    "catalog/all.bicep",
    "catalog/all.json",
    "devices/third.bicep",
    "devices/third.json",
    "identity/first.bicep",
    "identity/first.json",
    "identity/second one.bicep",
    "identity/second one.json",
]


def artifacts(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def build(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run("build", "--no-kql", *arguments, folder=root)


def test_a_build_writes_both_forms_of_each_rule_and_of_the_catalog(root: Path) -> None:
    ended = build(root)
    assert ended.returncode == 0, ended.stderr
    assert artifacts(root / "arm") == ARTIFACTS
    assert ended.stdout == "8 artifacts below arm/: 8 written, 0 current.\n"


def test_the_same_content_gives_the_same_bytes_wherever_and_however_it_is_built(
    root: Path, tmp_path: Path
) -> None:
    build(root)
    run(
        "build",
        "--no-kql",
        "--root",
        str(root),
        "--out",
        str(tmp_path / "other"),
        folder=tmp_path,
        variables={"PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Tokyo"},
    )
    for path in ARTIFACTS:
        assert (root / "arm" / path).read_bytes() == (tmp_path / "other" / path).read_bytes()


def test_out_gives_dir_area_slug(root: Path, tmp_path: Path) -> None:
    assert build(root, "--out", str(tmp_path / "out")).returncode == 0
    assert artifacts(tmp_path / "out") == ARTIFACTS
    assert not (root / "arm").exists()


def test_with_paths_only_those_are_written_and_nothing_is_removed(root: Path) -> None:
    build(root)
    (root / "detections/devices/third.yaml").unlink()
    (root / "arm/identity/first.json").unlink()
    (root / "arm/catalog/all.json").unlink()
    ended = build(root, "identity/first")
    assert ended.returncode == 0, ended.stderr
    assert artifacts(root / "arm") == [path for path in ARTIFACTS if path != "catalog/all.json"]


def test_an_error_elsewhere_does_not_keep_back_what_was_asked_for(root: Path) -> None:
    write(root, "detections/devices/third.yaml", THIRD.replace("Low", "low"))
    assert build(root, "detections/identity").returncode == 0
    assert artifacts(root / "arm") == [p for p in ARTIFACTS if p.startswith("identity/")]
    before = tree(root)
    assert build(root).returncode == 1
    assert tree(root) == before


def test_check_tells_missing_stale_and_left_over_files_and_writes_nothing(root: Path) -> None:
    build(root)
    assert build(root, "--check").returncode == 0
    (root / "arm/identity/first.json").unlink()
    bicep = root / "arm/identity/first.bicep"
    bicep.write_text(bicep.read_text("utf-8") + "\n", "utf-8")
    (root / "detections/devices/third.yaml").rename(root / "detections/devices/renamed.yaml")
    before = tree(root)
    ended = build(root, "--check")
    assert ended.returncode == 1
    assert set(ended.stdout.splitlines()) == {
        "missing: arm/devices/renamed.bicep",
        "missing: arm/devices/renamed.json",
        "missing: arm/identity/first.json",
        "stale: arm/identity/first.bicep",
        "left over: arm/devices/third.bicep",
        "left over: arm/devices/third.json",
    } | {line for line in ended.stdout.splitlines() if "stale: arm/catalog/" in line}
    assert tree(root) == before
    assert build(root).returncode == 0
    assert build(root, "--check").returncode == 0


def test_a_deleted_detection_and_its_emptied_folder_leave_nothing_behind(root: Path) -> None:
    build(root)
    (root / "detections/devices/third.yaml").unlink()
    ended = build(root)
    assert ended.returncode == 0, ended.stderr
    assert artifacts(root / "arm") == [p for p in ARTIFACTS if not p.startswith("devices/")]
    assert not (root / "arm/devices").exists()


def test_files_of_others_stay(root: Path) -> None:
    build(root)
    write(root, "arm/README.md", "ours\n")
    write(root, "arm/devices/own.json", "{}\n")
    write(root, "arm/devices/own.bicep", "// by hand\n")
    (root / "detections/devices/third.yaml").unlink()
    assert build(root).returncode == 0
    left = artifacts(root / "arm")
    assert {"README.md", "devices/own.json", "devices/own.bicep"} < set(left)
    assert "devices/third.json" not in left


def test_a_file_without_the_marker_in_the_way_is_an_error_and_stays(root: Path) -> None:
    write(root, "arm/identity/first.json", "{}\n")
    before = tree(root)
    ended = build(root)
    assert ended.returncode == 1
    assert "arm/identity/first.json" in ended.stderr
    assert "SG803" in ended.stderr
    assert tree(root) == before


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_nothing_is_written_through_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / "arm").symlink_to(tmp_path / "elsewhere")
    ended = build(root)
    assert ended.returncode == 1
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal there")
def test_a_kill_leaves_whole_files_and_the_next_build_finishes(root: Path) -> None:
    for number in range(150):
        write(
            root,
            f"detections/many/rule-{number:03}.yaml",
            GOOD.replace("5b1e4a52", f"{number:08x}").replace("Something", f"Thing {number}"),
        )
    assert build(root).returncode == 0
    old = {path: (root / "arm" / path).read_bytes() for path in artifacts(root / "arm")}
    assert len(old) > 300
    for path in (root / "detections").rglob("*.yaml"):
        path.write_text(path.read_text("utf-8").replace("severity: Low", "severity: High"), "utf-8")
    assert build(root, "--out", "../new").returncode == 0
    new = {path: (root.parent / "new" / path).read_bytes() for path in old}
    killed = 0
    for moment in (0.0, 0.001, 0.003, 0.01, 0.03):
        process = subprocess.Popen(
            [sys.executable, "-m", "generator", "build", "--no-kql"],
            cwd=root,
            env=environment(root.parent / HOME),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        # Wait until files appear beside their places, then a little longer.
        while process.poll() is None and not list((root / "arm/many").glob(".sentinelgen-*")):
            time.sleep(0.0005)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        killed += process.wait(timeout=KILL_SECONDS) == -signal.SIGKILL
        for path, content in old.items():
            assert (root / "arm" / path).read_bytes() in (content, new[path]), path
    assert killed or all((root / "arm" / path).read_bytes() == new[path] for path in new)
    assert build(root).returncode == 0
    assert {p: (root / "arm" / p).read_bytes() for p in artifacts(root / "arm")} == new


def _small_file_system(folder: Path) -> bool:
    folder.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    try:
        return subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def test_a_full_disk_changes_nothing_and_is_said_in_one_line(root: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    if not _small_file_system(small):
        pytest.skip("a small file system can only be mounted as root, where mounting is allowed")
    try:
        assert build(root, "--out", str(small / "arm")).returncode == 0
        for path in (root / "detections").rglob("*.yaml"):
            text = path.read_text("utf-8").replace("severity: Low", "severity: High")
            path.write_text(text.replace("Identifies", "Identifies " + "much " * 900), "utf-8")
        (small / "filler").write_bytes(bytes(200 * 1024))
        before = tree(small / "arm")
        ended = build(root, "--out", str(small / "arm"))
        assert ended.returncode == 2
        assert "No space left" in ended.stderr
        assert "Traceback" not in ended.stderr
        assert tree(small / "arm") == before
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_json_findings_of_a_clean_build_are_an_empty_list(root: Path) -> None:
    ended = build(root, "--format", "json")
    document = json.loads(ended.stdout.split("\n8 artifacts", maxsplit=1)[0])
    assert document["summary"]["errors"] == 0


def test_machine_readable_findings_are_all_that_a_build_says_on_stdout(root: Path) -> None:
    done = build(root, "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["summary"]["errors"] == 0
    assert "8 artifacts below arm/" in done.stderr
    write(root, "arm/identity/first.json", "somebody else's\n")
    refused = build(root, "--format", "json")
    assert refused.returncode == 1
    findings = json.loads(refused.stdout)["findings"]
    assert [finding["code"] for finding in findings if finding["severity"] == "error"] == ["SG803"]
