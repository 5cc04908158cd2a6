from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from generator.checks.formatters.text import format_text
from generator.findings import Severity
from tests.checks.formatters.some_findings import FILE, SOURCE, finding


def read_source(file: str) -> str | None:
    return SOURCE if file == FILE else None


def test_finding_shows_place_severity_code_message_line_and_help() -> None:
    text = format_text([finding(help="write 5m")], detections=1, read_source=read_source)
    assert text == (
        "detections/devices/new device.yaml:3:15: error SG110: "
        "queryFrequency is 1m; it must be 5 minutes to 14 days\n"
        "  3 |     severity: 警告 high # note\n"
        "    |                    ^^^^\n"
        "  help: write 5m\n"
        "\n"
        "1 detection: 1 error, 0 warnings, 0 notes.\n"
    )


def test_nothing_found_is_said() -> None:
    assert format_text([], detections=1200, read_source=read_source) == (
        "1,200 detections, no findings.\n"
    )


def test_file_that_cannot_be_shown_leaves_the_frame_out() -> None:
    text = format_text([finding(file="gone.yaml")], detections=1, read_source=read_source)
    assert text.splitlines()[0].startswith("gone.yaml:3:15: error SG110:")
    assert "|" not in text


def test_colour_only_adds_escape_sequences() -> None:
    findings = [finding(severity=severity) for severity in Severity]
    plain = format_text(findings, detections=3, read_source=read_source)
    coloured = format_text(findings, detections=3, read_source=read_source, color=True)
    assert coloured != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@given(st.text(), st.text(min_size=1), st.text())
def test_text_from_content_can_neither_steer_the_terminal_nor_fake_a_line(
    message: str, file: str, source: str
) -> None:
    text = format_text(
        [finding(message=message, file=file, help=message)],
        detections=1,
        read_source=lambda _: source,
    )
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", text
    )
    assert len(text.split("\n")) <= 7
    text.encode("utf-8")
