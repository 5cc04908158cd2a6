from __future__ import annotations

from pathlib import Path

import pytest

from generator.catalog.configuration import (
    Configuration,
    ConfigurationError,
    find_root,
    load_configuration,
)


def load(text: str, folder: Path) -> Configuration:
    (folder / "sentinelgen.yaml").write_text(text, encoding="utf-8")
    return load_configuration(folder)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}", "kql:\n", "limits:\n  nrt: null\n"])
def test_an_empty_file_means_all_defaults(text: str, tmp_path: Path) -> None:
    assert load(text, tmp_path) == Configuration()


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    text = """\
bicepForm: providers
kql: off
checks: {SG101: warning, SG102: off}
tables:
  Custom_CL: {unknownColumns: off}
  SigninLogs: {unknownColumns: warning}
  AuditLogs: {}
limits: {scheduled: 1024, nrt: 0}
"""
    assert load(text, tmp_path) == Configuration(
        bicep_form="providers",
        kql=False,
        checks={"SG101": "warning", "SG102": "off"},
        unknown_columns={"Custom_CL": "off", "SigninLogs": "warning"},
        scheduled_limit=1024,
        nrt_limit=0,
    )


@pytest.mark.parametrize(
    ("text", "kql"), [("on", True), ("off", False), ('"on"', True), ("'off'", False), ("no", False)]
)
def test_on_and_off_are_read_quoted_or_not(text: str, kql: bool, tmp_path: Path) -> None:
    assert load(f"kql: {text}\n", tmp_path).kql is kql


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("bicepForms: providers\n", "sentinelgen.yaml:1:1: unknown key 'bicepForms': did you mean"),
        ("bicepForm: provider\n", "sentinelgen.yaml:1:12: bicepForm must be one of"),
        ("kql: maybe\n", "sentinelgen.yaml:1:6: kql must be true or false, not 'maybe'"),
        ("checks: {SG101: no way}\n", "sentinelgen.yaml:1:17: checks.SG101 must be one of"),
        ("checks: {SG101: on}\n", "sentinelgen.yaml:1:17: checks.SG101 must be"),
        ("limits: {scheduled: -1}\n", "sentinelgen.yaml:1:21: limits.scheduled must be at least 0"),
        ("limits: {nrt: many}\n", "sentinelgen.yaml:1:15: limits.nrt must be a whole number"),
        ("- kql\n", "sentinelgen.yaml:1:1: the document is a list, not a mapping"),
        ("kql: on\nkql: off\n", "sentinelgen.yaml:2:1: the key 'kql' stands here already"),
        ("kql: [on\n", "sentinelgen.yaml:1:6: this bracket is never closed"),
        ("kql: !!python/name:os.system on\n", "sentinelgen.yaml:1:6: the tag"),
    ],
)
def test_a_wrong_file_is_named_with_line_and_column(text: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(text, tmp_path)
    assert str(caught.value).startswith(fault)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load("kqll: off\nlimits: {nrt: many}\n", tmp_path)
    assert len(str(caught.value).splitlines()) == 2


def test_the_root_is_the_nearest_folder_upward_with_the_file(tmp_path: Path) -> None:
    inner = tmp_path / "content"
    below = inner / "detections" / "area"
    below.mkdir(parents=True)
    (tmp_path / "sentinelgen.yaml").touch()
    (inner / "sentinelgen.yaml").touch()
    assert find_root(below) == inner
    assert find_root(inner) == inner
    assert find_root(tmp_path) == tmp_path


def test_no_root_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"sentinelgen\.yaml"):
        find_root(tmp_path)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_configuration(tmp_path)
