"""A run that looks at nothing is no success, whatever the command: nothing checked is not green."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator.cli.main import main
from generator.kql_service.bundle import KqlUnavailableError, find_bundle
from tests.cli.bad_inputs import write
from tests.cli.commands import tree

LAB = (Path(__file__).parents[2] / "tenants" / "lab.yaml").read_text("utf-8")
LAB = LAB.replace(":8443", ":1")  # nobody listens there

COMMANDS = [
    ["validate"],
    ["validate", "--format", "json"],
    ["build"],
    ["build", "--check"],
    ["build", "--out", "elsewhere"],
    ["test"],
    ["references"],
    ["plan", "--tenant", "lab"],
    ["deploy", "--tenant", "lab", "--yes"],
    ["drift", "--tenant", "lab"],
    ["snapshot", "--tenant", "lab"],
    ["rollback", "--tenant", "lab", "--yes", "snapshot.json"],
]


def built(root: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    write(root, "tenants/lab.yaml", LAB)
    assert main(["--root", str(root), "build", "--no-kql"]) == 0
    capsys.readouterr()
    return root


def in_root(root: Path, *arguments: str) -> int:
    return main(["--root", str(root), *arguments])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_missing_folder_is_said_and_is_exit_code_2(
    root: Path,
    command: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built(root, capsys)
    (root / "detections").rename(root / "detectoins")
    monkeypatch.chdir(root)
    before = tree(root)
    assert main(command) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "there is no folder detections/" in err
    assert tree(root) == before


def no_detection(root: Path) -> str:
    shutil.rmtree(root / "detections")
    (root / "detections" / "identity").mkdir(parents=True)
    return "holds no detection"


def link_to_nowhere(root: Path) -> str:
    shutil.rmtree(root / "detections")
    (root / "detections").symlink_to(root / "gone")
    return "a link that leads nowhere"


def only_files_that_are_not_read(root: Path) -> str:
    for path in (root / "detections").rglob("*.yaml"):
        path.rename(path.with_suffix(".yml"))
    return "devices/third.yml: this file is not read"


def all_under_an_underscore(root: Path) -> str:
    for area in list((root / "detections").iterdir()):
        area.rename(area.with_name(f"_{area.name}"))
    return "holds no detection"


def only_a_faulty_list(root: Path) -> str:
    no_detection(root)
    write(root, "detections/retired.yaml", "- {}\n")
    return "holds no detection"


@pytest.mark.parametrize(
    "lose",
    [
        no_detection,
        only_a_faulty_list,
        link_to_nowhere,
        only_files_that_are_not_read,
        all_under_an_underscore,
    ],
)
@pytest.mark.parametrize("command", [["validate"], ["build"], ["build", "--tenant", "lab"]])
def test_a_catalog_without_detections_is_no_success_and_takes_no_artifact_away(
    root: Path, lose: object, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    built(root, capsys)
    assert callable(lose)
    says = lose(root)
    before = tree(root / "arm")
    assert in_root(root, *command, "--no-kql") == 2
    assert says in capsys.readouterr().err
    assert tree(root / "arm") == before


def test_a_link_out_of_the_repository_is_an_error_and_takes_no_artifact_away(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built(root, capsys)
    (root / "detections").rename(root.parent / "outside")
    (root / "detections").symlink_to(root.parent / "outside")
    before = tree(root / "arm")
    assert in_root(root, "build", "--no-kql") == 1
    assert "SG002" in capsys.readouterr().err
    assert tree(root / "arm") == before


@pytest.mark.parametrize("folder", ["detections", "tenants", "schemas/tables"])
def test_a_folder_that_is_a_link_to_itself_is_an_error(
    root: Path, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    built(root, capsys)
    shutil.rmtree(root / folder, ignore_errors=True)
    (root / folder).parent.mkdir(exist_ok=True)
    (root / folder).symlink_to(root / folder)
    before = tree(root / "arm")
    assert in_root(root, "validate", "--no-kql") == 1
    out, err = capsys.readouterr()
    assert f"{folder}:1:1: error SG00" in out
    assert "internal error" not in err
    assert tree(root / "arm") == before


def test_paths_that_hold_nothing_that_is_read_are_exit_code_2(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, "detections/other/only.yml", "a: b\n")
    assert in_root(root, "validate", "--no-kql", "detections/other") == 2
    assert "detections/other/only.yml: this file is not read" in capsys.readouterr().err


def test_paths_without_tests_are_exit_code_2_for_test(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        find_bundle()
    except KqlUnavailableError as error:
        pytest.skip(str(error))
    assert in_root(root, "test", "identity/first") == 2
    assert "no tests of identity/first" in capsys.readouterr().err


def test_a_tenant_that_gets_nothing_is_exit_code_2(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, "tenants/none.yaml", LAB + 'select: {exclude: ["**"]}\n')
    for command in (["build", "--no-kql"], ["plan", "--no-kql"], ["test"]):
        assert in_root(root, *command, "--tenant", "none") == 2
        assert "the tenant gets no detection" in capsys.readouterr().err


def test_paths_that_a_tenant_does_not_get_are_exit_code_2(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, "tenants/one.yaml", LAB + "select: {include: [devices/third]}\n")
    for command in ("build", "plan"):
        assert in_root(root, command, "--no-kql", "--tenant", "one", "identity/first") == 2
        assert "does not take identity/first" in capsys.readouterr().err


def test_a_faulty_file_is_something(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(root / "detections")
    write(root, "detections/area/broken.yaml", "{")
    assert in_root(root, "validate", "--no-kql") == 1
    assert "SG006" in capsys.readouterr().out


RETIRED = """\
- id: 5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10
  path: detections/identity/first.yaml
  name: Something happened
  retired: 2026-01-31
  reason: it never did
"""


def test_where_all_is_retired_a_workspace_can_still_be_cleared_but_nothing_is_built(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built(root, capsys)
    shutil.rmtree(root / "detections")
    write(root, "detections/retired.yaml", RETIRED)
    assert in_root(root, "build", "--no-kql") == 2
    # Nobody answers at the emulator's port: the command got as far as asking.
    assert in_root(root, "plan", "--no-kql", "--tenant", "lab") == 3
    assert "cannot be reached" in capsys.readouterr().err


def test_a_new_content_repository_builds_and_validates_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "new"
    assert main(["init", str(root)]) == 0
    assert in_root(root, "validate", "--no-kql") == 0
    assert in_root(root, "build", "--no-kql") == 0
    assert "0 detections" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "--tenant", "lab", "--tenant", "acme"],
        ["build", "--tenant=lab", "--no-kql", "--tenant=lab"],
        ["test", "--tenant", "lab", "--tenant", "lab"],
        ["references", "--tenant", "lab", "--tenant", "lab"],
        ["render", "identity/first", "--tenant", "lab", "--tenant", "lab"],
        ["plan", "--tenant", "lab", "--tenant", "lab"],
        ["deploy", "--tenant", "lab", "--yes", "--tenant", "lab"],
        ["drift", "--tenant", "lab", "--tenant", "lab"],
        ["snapshot", "--tenant", "lab", "--tenant", "lab"],
        ["rollback", "snapshot.json", "--tenant", "lab", "--tenant", "lab"],
        ["deploy", "--tenant", "lab", "--plan", "a.json", "--plan", "b.json"],
        ["build", "--out", "a", "--out", "b"],
        ["validate", "--format", "json", "--format", "text"],
        ["drift", "--tenant", "lab", "--against", "a", "--against", "b"],
        ["validate", "--root", ".", "--root", "."],
        ["--root", ".", "--root", "..", "validate"],
        ["--root", "..", "validate", "--root", "."],
    ],
    ids=" ".join,
)
def test_an_option_with_one_value_is_given_once(
    root: Path,
    arguments: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(root, "tenants/lab.yaml", LAB)
    monkeypatch.chdir(root)
    before = tree(root)
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, "is given more than once" in err) == ("", True)
    assert tree(root) == before


def test_flags_and_options_with_several_values_may_be_repeated(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert in_root(root, "validate", "--no-kql", "-q", "-q", "--no-kql") == 0
    assert main(["--root", str(root), "validate", "--no-kql", "--root", str(root)]) == 0
    capsys.readouterr()


def test_an_error_in_what_a_tenant_does_not_get_blocks_neither_build_nor_plan(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, "tenants/devices.yaml", LAB + 'select: {include: ["devices/**"]}\n')
    write(root, "detections/identity/broken.yaml", "{")
    first = root / "detections/identity/first.yaml"
    first.write_text(first.read_text("utf-8").replace("T1078", "TXXXX"), "utf-8")
    assert in_root(root, "validate", "--no-kql") == 1
    tenant = ("--no-kql", "--tenant", "devices")
    assert in_root(root, "build", *tenant, "--out", str(root / "out")) == 0
    assert in_root(root, "plan", *tenant) == 3, "only Azure is missing"
    capsys.readouterr()
    write(root, "detections/devices/broken.yaml", "{")
    assert in_root(root, "build", *tenant, "--out", str(root / "out")) == 1
    assert in_root(root, "plan", *tenant) == 1
