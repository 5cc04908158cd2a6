from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from generator.catalog.discovery import discover
from generator.findings import InFile
from generator.kinds.analytic_rule.seat import SEAT


def write(root: Path, *files: str) -> None:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text("", encoding="utf-8")


def found(root: Path) -> tuple[list[str], list[tuple[str, str]]]:
    discovery = discover(root, [SEAT])
    problems = []
    for problem in discovery.problems:
        assert isinstance(problem.place, InFile)
        problems.append((problem.code, problem.place.file))
    return [file.slug for file in discovery.files], problems


def test_detections_lie_in_areas_at_any_depth(tmp_path: Path) -> None:
    write(tmp_path, "detections/b/x.yaml", "detections/a/deep/er/y.yaml", "detections/a b/z 1.yaml")
    assert found(tmp_path) == (["a b/z 1", "a/deep/er/y", "b/x"], [])


def test_order_is_that_of_the_slugs_and_not_of_the_files(tmp_path: Path) -> None:
    write(tmp_path, "detections/a/b.yaml", "detections/a/b-c.yaml", "detections/a/b/c.yaml")
    assert found(tmp_path)[0] == ["a/b", "a/b-c", "a/b/c"]


def test_underscored_folders_tests_and_own_files_are_left_alone(tmp_path: Path) -> None:
    write(
        tmp_path,
        "detections/_templates/t.kql.j2",
        "detections/_templates/t.yaml",
        "detections/a/_old/x.yml",
        "detections/a/x.tests.yaml",
        "detections/a/README.md",
        "detections/retired.yaml",
        "detections/not-detectable.yaml",
    )
    assert found(tmp_path) == ([], [])


def test_yaml_that_looks_like_a_detection_and_is_none_is_named(tmp_path: Path) -> None:
    stray = [
        "detections/a/.yaml",
        "detections/a/x.YAML",
        "detections/a/x.yml",
        "detections/x.tests.yaml",
        "detections/x.yaml",
    ]
    write(tmp_path, *stray)
    assert found(tmp_path) == ([], [("SG050", file) for file in stray])


def test_a_repository_without_detections_has_none(tmp_path: Path) -> None:
    assert found(tmp_path) == ([], [])


def test_a_folder_named_like_a_detection_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "detections/a/x.yaml/inside.yaml")
    assert found(tmp_path) == ([], [("SG001", "detections/a/x.yaml")])


def test_a_link_to_a_file_inside_is_followed(tmp_path: Path) -> None:
    write(tmp_path, "shared/x.yaml")
    (tmp_path / "detections/a").mkdir(parents=True)
    (tmp_path / "detections/a/x.yaml").symlink_to("../../shared/x.yaml")
    assert found(tmp_path) == (["a/x"], [])


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("detections/a/x.yaml", "../../../outside.yaml"),
        ("detections/a/x.yaml", "/etc/hosts"),
        ("detections/a/x.yaml", "absent.yaml"),
        ("detections/a/x.yaml", "x.yaml"),
        ("detections/a/x.yaml", "."),
        ("detections/a/up", ".."),
        ("detections/b", "a"),
        ("detections", "../elsewhere"),
    ],
)
def test_any_other_link_is_a_problem(link: str, target: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (tmp_path / "outside.yaml").write_text("", encoding="utf-8")
    write(tmp_path / "elsewhere", "a/x.yaml")
    if link == "detections":
        root.mkdir()
    else:
        (root / "detections/a").mkdir(parents=True)
    (root / link).symlink_to(target)
    assert found(root) == ([], [("SG002", link)])


def test_a_repository_that_is_reached_through_a_link_is_read(tmp_path: Path) -> None:
    write(tmp_path / "real", "detections/a/x.yaml")
    (tmp_path / "link").symlink_to("real")
    assert found(tmp_path / "link") == (["a/x"], [])


def test_folders_nest_deeper_than_python_recurses(tmp_path: Path) -> None:
    folder = tmp_path / "detections"
    folder.mkdir()
    start = Path.cwd()
    try:
        os.chdir(folder)
        for _ in range(1200):
            Path("d").mkdir()
            os.chdir("d")
        Path("x.yaml").touch()
        assert len(found(tmp_path)[0]) == 1
        Path("x.yaml").unlink()
        for _ in range(1200):
            os.chdir("..")
            Path("d").rmdir()
    finally:
        os.chdir(start)


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux only")
def test_a_name_that_is_not_utf8_is_a_printable_problem(tmp_path: Path) -> None:
    write(tmp_path, "detections/a/x.yaml")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/detections/a/\xe9.yaml")).touch()
    assert found(tmp_path) == (["a/x"], [("SG001", "detections/a/\\xe9.yaml")])
