"""`validate` reads sentinelgen.yaml, every tenant and every template, whatever was asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.cli.main import main
from tests.cli.bad_inputs import GOOD, QUERY, write

LAB = (Path(__file__).parents[2] / "tenants" / "lab.yaml").read_text("utf-8")
TARGET = LAB.replace(":8443", ":1")  # nobody listens there
MISTYPED = TARGET + 'parameters:\n  users: "ana"\n'
ASKING = ["build", "test", "plan", "drift", "references"]
"""What a tenant's parameters matter to: `snapshot` and `rollback` ask for its workspace alone."""


def found(
    root: Path, capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 1
) -> list[tuple[str, str, int, int]]:
    command = ["--root", str(root), "validate", "--no-kql", "--format", "json", *arguments]
    assert main(command) == code
    findings: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["findings"]
    return [
        (one["code"], one["file"], one["line"], one["column"])
        for one in findings
        if one["code"] != "SG601"  # no detection here has tests
    ]


@pytest.mark.parametrize("paths", [(), ("devices/third",)])
def test_every_tenant_file_is_read_whatever_was_asked_for(
    root: Path, paths: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = TARGET.count("\n")
    write(root, "tenants/a.yaml", MISTYPED)
    write(root, "tenants/b.yaml", TARGET.replace("cloud: http", "cluod: http"))
    write(root, "tenants/c.yaml", "target: {\n")
    write(root, "tenants/d e.yaml", TARGET)
    # A misspelt key that is required is not missing as well.
    assert found(root, capsys, *paths) == [
        ("SG708", "tenants/a.yaml", lines + 2, 10),
        ("SG020", "tenants/b.yaml", lines, 3),
        ("SG006", "tenants/c.yaml", 2, 1),
        ("SG702", "tenants/d e.yaml", 1, 1),
    ]


def test_a_value_of_the_wrong_type_is_told_once_and_where_the_tenant_wrote_it(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, "tenants/acme.yaml", MISTYPED)
    line = MISTYPED.count("\n")
    assert found(root, capsys, "--tenant", "acme") == [("SG708", "tenants/acme.yaml", line, 10)]
    for command in ASKING:
        assert main(["--root", str(root), command, "--tenant", "acme"]) == 2
        assert f"error: tenants/acme.yaml:{line}:10: users: " in capsys.readouterr().err


def test_commands_that_need_a_tenant_say_all_that_is_wrong_with_line_and_column(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "target:\n  tenantId: 5\n  worksapce: a\n  cloud: https://example.com\nselect: []\n"
    write(root, "tenants/acme.yaml", text)
    assert main(["--root", str(root), "plan", "--tenant", "acme"]) == 2
    err = capsys.readouterr().err
    for place in ("1:1", "2:13", "3:3", "4:10", "5:9"):
        assert f"tenants/acme.yaml:{place}: " in err, err


def test_an_unknown_tenant_stays_a_wrong_invocation(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(root), "validate", "--no-kql", "--tenant", "acme"]) == 2
    assert "there is no tenant 'acme'" in capsys.readouterr().err


def test_a_detection_that_cannot_be_read_makes_no_tenant_wrong(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, "detections/area/broken.yaml", "{")
    write(
        root,
        "tenants/acme.yaml",
        TARGET + "parameters: {threshold: 5}\nselect: {include: [area/broken, {tag: lost}]}\n",
    )
    assert {code for code, *_ in found(root, capsys)} == {"SG006"}


@pytest.mark.parametrize("paths", [(), ("devices/third",)])
def test_a_template_that_nobody_uses_is_compiled(
    root: Path, paths: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = "detections/_templates"
    write(root, f"{folder}/open.kql.j2", "A\n{% if a %}\n")
    write(root, f"{folder}/gone.kql.j2", '{% include "nowhere" %}\n')
    write(root, f"{folder}/macro.kql.j2", "{{ nobody(1) }}\n")
    write(root, f"{folder}/filter.kql.j2", "{{ a | shuffle }}\n")
    write(root, f"{folder}/fine.kql.j2", "{{ whatever }}\n")
    (root / folder / "latin.kql.j2").write_bytes(b"A\n\xe9\n")
    assert [
        (code, Path(file).name.split(".")[0]) for code, file, *_ in found(root, capsys, *paths)
    ] == [
        ("SG303", "filter"),
        ("SG301", "gone"),
        ("SG004", "latin"),
        ("SG327", "macro"),
        ("SG303", "open"),
    ]
    assert main(["--root", str(root), "build", "--no-kql"]) == 0, "no detection depends on them"


def test_a_template_behind_a_link_that_is_not_followed_is_told_at_the_link(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = root / "detections" / "_templates"
    write(root.parent, "outside.kql.j2", "{{ secret(1) }}\n")
    folder.mkdir()
    (folder / "linked.kql.j2").symlink_to(root.parent / "outside.kql.j2")
    (folder / "lost.kql.j2").symlink_to(root.parent / "gone.kql.j2")
    (folder / "area").symlink_to(root / "detections" / "identity")
    assert found(root, capsys) == [
        ("SG304", "detections/_templates/linked.kql.j2", 1, 1),
        ("SG301", "detections/_templates/lost.kql.j2", 1, 1),
    ]


def test_a_fault_of_a_template_in_use_is_told_once(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, "detections/_templates/shared.kql.j2", "SigninLogs\n| take {{ nobody(1) }}\n")
    text = GOOD.replace(QUERY, "template: shared\n")
    write(root, "detections/identity/first.yaml", text)
    codes = [code for code, file, *_ in found(root, capsys) if file.endswith(".j2")]
    assert codes == ["SG306"]


@pytest.mark.parametrize("command", ["validate", "build", "test"])
def test_all_that_is_wrong_with_the_configuration_has_its_place(
    root: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, "sentinelgen.yaml", "kqll: off\nlimits:\n  nrt: many\n")
    assert main(["--root", str(root), command]) == 2
    err = capsys.readouterr().err
    assert "sentinelgen.yaml:1:1: unknown key 'kqll': did you mean 'kql'?" in err
    assert "sentinelgen.yaml:3:8: limits.nrt must be a whole number" in err


def test_all_settings_of_checks_that_cannot_be_followed_have_their_place(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, "sentinelgen.yaml", "checks:\n  SG601: off\n  SG6O1: off\n  SG006: note\n")
    assert main(["--root", str(root), "validate", "--no-kql"]) == 2
    err = capsys.readouterr().err
    assert "sentinelgen.yaml:3:3: checks: there is no check SG6O1: did you mean 'SG601'?" in err
    assert "sentinelgen.yaml:4:3: checks: SG006" in err


def test_a_setting_for_an_unknown_table_is_said_with_and_without_kql(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, "sentinelgen.yaml", "tables:\n  SigninLogz: {unknownColumns: off}\n")
    codes = [entry for entry in found(root, capsys, code=0) if entry[0] == "SG051"]
    assert codes == [("SG051", "sentinelgen.yaml", 2, 3)]
