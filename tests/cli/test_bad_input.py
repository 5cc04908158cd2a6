"""Whatever lies in a content repository: one finding or one clear line, and nothing is written."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.bad_inputs import BAD_INPUTS, DETECTION, GOOD, BadInput, write
from tests.cli.commands import can_do_without_rights, run, tree

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="makes links, pipes and permissions as POSIX has them"
)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in BAD_INPUTS])
def test_bad_input_gives_one_error_and_writes_nothing(case: BadInput, tmp_path: Path) -> None:
    if case.as_other_user and not can_do_without_rights():
        pytest.skip("running as root, and there is no setpriv to give its rights away")
    root = tmp_path / "content"
    write(root, "sentinelgen.yaml", "")
    case.prepare(root)
    before = tree(tmp_path)

    ended = run(
        "build",
        *case.arguments,
        "--format",
        "json",
        folder=root,
        permissions_count=case.as_other_user,
    )

    assert tree(tmp_path) == before
    assert "Traceback" not in ended.stderr + ended.stdout
    assert "internal error" not in ended.stderr
    assert "TOP-SECRET" not in ended.stderr + ended.stdout
    assert ended.returncode == case.exit_code, ended.stderr + ended.stdout
    if case.code is None:
        assert ended.stdout == ""
        assert case.says in ended.stderr
        return
    findings = json.loads(ended.stdout)["findings"]
    errors = [finding for finding in findings if finding["severity"] == "error"]
    assert [error["code"] for error in errors] == [case.code], findings
    if case.file:
        assert errors[0]["file"] == case.file
    assert len(errors[0]["message"]) < 500


def test_the_good_detection_that_is_spoilt_above_lacks_nothing_but_tests(tmp_path: Path) -> None:
    write(tmp_path / "content", "sentinelgen.yaml", "")
    write(tmp_path / "content", DETECTION, GOOD)
    ended = run("validate", "--format", "json", folder=tmp_path / "content")
    assert ended.returncode == 0, ended.stderr + ended.stdout
    findings = json.loads(ended.stdout)["findings"]
    assert [(one["code"], one["severity"]) for one in findings] == [("SG601", "warning")]


@pytest.mark.parametrize("form", ["text", "github", "sarif"])
def test_no_form_of_findings_shows_what_lies_behind_a_link(form: str, tmp_path: Path) -> None:
    """A pull request of a stranger must not print files of the machine that checks it."""
    for case in BAD_INPUTS:
        if "link" not in case.name:
            continue
        root = tmp_path / case.name.replace("/", "-") / "content"
        write(root, "sentinelgen.yaml", "")
        case.prepare(root)
        ended = run("validate", "--no-kql", "--format", form, folder=root)
        assert ended.returncode != 2, ended.stderr
        assert "TOP-SECRET" not in ended.stdout + ended.stderr, case.name
