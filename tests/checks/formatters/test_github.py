from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from generator.checks.formatters.github import format_github
from generator.findings import Severity
from tests.checks.formatters.some_findings import finding


def test_error_becomes_an_annotation_at_its_place() -> None:
    assert format_github([finding()]) == (
        "::error file=detections/devices/new device.yaml,line=3,endLine=3,col=15,endColumn=19,"
        "title=SG110 queryFrequency out of range::"
        "queryFrequency is 1m; it must be 5 minutes to 14 days\n"
    )


def test_severities_map_to_githubs_three_commands() -> None:
    lines = format_github([finding(severity=severity) for severity in Severity]).splitlines()
    assert [line.split()[0] for line in lines] == ["::error", "::warning", "::notice"]


def test_file_is_relative_to_the_workspace_not_to_the_content_root() -> None:
    assert "file=content/detections/" in format_github([finding()], prefix="content")
    assert "file=detections/" in format_github([finding()], prefix=".")


def test_percent_line_breaks_colons_and_commas_are_escaped() -> None:
    command = format_github([finding(file="a,b:c%.yaml", message="50%: a,\nb", help="do\r\nit")])
    assert "file=a%2Cb%3Ac%25.yaml," in command
    assert command.endswith("::50%25: a,\\nb%0Ado\\r\\nit\n")


def test_columns_are_left_out_where_the_finding_spans_lines() -> None:
    assert "col" not in format_github([finding(end_line=4)]).partition("title=")[0]


@given(st.text(), st.text(min_size=1))
def test_hostile_text_stays_one_command_on_one_line(message: str, file: str) -> None:
    command = format_github([finding(message=message, file=file)])
    assert command.count("\n") == 1
    assert "\r" not in command
    properties = command.removeprefix("::error ").split("::", 1)[0]
    assert len(properties.split(",")) == 6
