"""What `validate` says of a detection with several errors, in each form, and that none is built."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from generator.cli.main import main

FIXTURE = Path(__file__).parents[1] / "checks/fixtures/SG045/bad/period-and-mapping"
LINE = "were not looked at further, because of the errors at lines 8, 17"


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "content"
    shutil.copytree(FIXTURE, root)
    (root / "expected.yaml").unlink()
    (root / "sentinelgen.yaml").touch()
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
@pytest.mark.usefixtures("content")
def test_every_form_says_in_one_line_what_was_not_looked_at(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "--no-kql", "--format", form]) == 1
    out = capsys.readouterr().out
    assert out.count(LINE) == 1
    for code in ("SG022", "SG024", "SG134", "SG201"):
        assert code in out


@pytest.mark.usefixtures("content")
def test_a_detection_with_an_error_counts_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--no-kql", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["summary"]["detections"] == 1


def test_nothing_is_built_of_it(content: Path) -> None:
    assert main(["build", "--no-kql"]) == 1
    assert not (content / "arm").exists()


@pytest.mark.usefixtures("content")
def test_it_still_needs_tests(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--no-kql"]) == 1
    assert "SG601" in capsys.readouterr().out
