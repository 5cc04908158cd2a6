"""`init` and `new` write content that is clean as it is, and never over anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from generator.catalog.placeholders import MARKS, OPERATION
from generator.cli.group import cli
from generator.cli.main import main
from generator.kql_service.bundle import KqlUnavailableError, find_bundle
from tests.cli.commands import run


def sentinelgen(*arguments: str) -> int:
    return main(list(arguments))


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "content"
    assert sentinelgen("init", str(root)) == 0
    monkeypatch.chdir(root)
    return root


def needs_kql() -> None:
    try:
        find_bundle()
    except KqlUnavailableError:
        pytest.skip("the KQL language service is not installed")


def test_a_new_repository_is_clean_and_builds(content: Path) -> None:
    needs_kql()
    assert sentinelgen("validate", "--strict") == 0
    assert sentinelgen("build") == 0
    assert sentinelgen("build", "--check") == 0
    assert (content / "arm/examples/application-owner-added.json").is_file()
    assert sentinelgen("test") == 0


def test_a_new_detection_validates_and_is_not_taken_for_finished(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    needs_kql()
    assert sentinelgen("new", "identity/deep/new-one") == 0
    assert sentinelgen("validate") == 0
    assert sentinelgen("test") == 0
    assert sentinelgen("build") == 0
    assert (content / "arm/identity/deep/new-one.json").is_file()
    capsys.readouterr()
    assert sentinelgen("validate", "--strict", "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert {finding["code"] for finding in found} == {"SG122", "SG619"}
    assert {finding["detection"] for finding in found} == {"identity/deep/new-one"}


@pytest.mark.parametrize("mark", MARKS)
def test_every_placeholder_is_found_until_it_is_replaced(
    content: Path, mark: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentinelgen("new", "identity/one") == 0
    for file in content.glob("detections/identity/one*.yaml"):
        text = file.read_text("utf-8")
        for other in MARKS:
            text = text if other == mark else text.replace(other, "Written by a person")
        file.write_text(text, "utf-8")
    assert sentinelgen("validate", "--no-kql", "--strict") == 1
    assert f"'{mark}' is still to be done" in capsys.readouterr().out


def test_a_new_detection_finds_nothing_in_any_log(content: Path) -> None:
    assert sentinelgen("new", "identity/one") == 0
    query = yaml.safe_load((content / "detections/identity/one.yaml").read_text("utf-8"))["query"]
    assert f'where OperationName =~ "{OPERATION}"' in query


def test_the_readme_shows_what_new_writes(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = Path(__file__).parents[2] / "README.md"
    if not readme.is_file():
        pytest.skip("the documentation is not beside the tests")
    needs_kql()
    assert sentinelgen("new", "identity/new-federated-domain") == 0
    file = content / "detections/identity/new-federated-domain.yaml"
    written = file.read_text("utf-8")
    blocks = readme.read_text("utf-8").split("```")
    heart = next(block for block in blocks if block.startswith("yaml\nqueryFrequency"))
    lines = {line.strip() for line in heart.splitlines()[1:]} - {"", "…"}
    assert lines <= {line.strip() for line in written.splitlines()}
    file.write_text(written.replace("isnotempty(Actor)", "isnotempty(Actr)"), "utf-8")
    capsys.readouterr()
    assert sentinelgen("validate") == 1
    shown = next(block for block in blocks if "SG406" in block)
    assert shown.strip() in capsys.readouterr().out


def test_every_new_detection_has_its_own_id_and_name(content: Path) -> None:
    for slug in ("identity/one", "identity/two"):
        assert sentinelgen("new", slug) == 0
    documents = [
        yaml.safe_load(path.read_text()) for path in content.glob("detections/identity/*o*.yaml")
    ]
    detections = [document for document in documents if "id" in document]
    assert len({document["id"] for document in detections}) == len(detections) == 2
    assert {document["name"] for document in detections} == {"One", "Two"}


def test_the_editor_finds_both_schemas_from_the_files(content: Path) -> None:
    assert sentinelgen("new", "identity/deep/one") == 0
    for path in content.glob("detections/identity/deep/*.yaml"):
        first = path.read_text("utf-8").splitlines()[0]
        schema = path.parent / first.removeprefix("# yaml-language-server: $schema=")
        assert json.loads(schema.read_text("utf-8"))["$schema"].endswith("2020-12/schema")


def test_nothing_is_ever_overwritten(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sentinelgen("new", "identity/one") == 0
    before = (content / "detections/identity/one.yaml").read_bytes()
    assert sentinelgen("new", "identity/one") == 2
    assert "exists already" in capsys.readouterr().err
    assert (content / "detections/identity/one.yaml").read_bytes() == before
    assert sentinelgen("init", str(content)) == 2


def test_init_writes_nothing_where_one_file_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    assert sentinelgen("init", str(tmp_path)) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


@pytest.mark.parametrize(
    "slug", ["", "one", "../one/two", "area/", "/area/one", "area/one.yaml", "area/_a/b", "a/b\n"]
)
def test_a_slug_that_is_none_is_refused(content: Path, slug: str) -> None:
    before = sorted(content.rglob("*"))
    assert sentinelgen("new", slug) == 2
    assert sorted(content.rglob("*")) == before


def test_a_link_in_a_repository_does_not_choose_what_is_overwritten(
    content: Path, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    schema = content / ".sentinelgen/detection.schema.json"
    schema.unlink()
    schema.symlink_to(victim)
    assert sentinelgen("new", "identity/one") == 2
    assert victim.read_text("utf-8") == "mine"
    assert not (content / "detections/identity").exists()


def test_completion_works_as_click_gives_it(tmp_path: Path) -> None:
    ended = run(folder=tmp_path, variables={"_SENTINELGEN_COMPLETE": "bash_source"})
    assert "_SENTINELGEN_COMPLETE=bash_complete" in ended.stdout


def test_schemas_of_both_kinds_are_printed() -> None:
    for kind in ("detection", "tests"):
        outcome = CliRunner().invoke(cli, ["schema", kind], standalone_mode=False)
        assert json.loads(outcome.output)["$schema"].endswith("2020-12/schema")
