from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.checks.formatters.markdown import format_markdown
from generator.text.github_markup import MAX_BYTES, size
from tests.checks.formatters.some_findings import finding

TRAP = "@everyone [x](https://evil.example) </code><img src=x>\n\n# ![x](y)\n```\n"


def test_a_finding_is_one_paragraph_with_place_severity_code_message_and_help() -> None:
    text = format_markdown([finding(message="too long", help="cut it")])
    assert text == (
        "<p><code>detections/devices/new device.yaml&#58;3&#58;15</code> error SG110: "
        "<code>too long</code> (help: <code>cut it</code>)</p>\n\n"
    )


@given(st.text() | st.just(TRAP), st.text() | st.just(TRAP))
def test_nothing_of_a_finding_is_markup(message: str, file: str) -> None:
    text = format_markdown([finding(message=message, file=file, help=message)])
    tokens = MarkdownIt("commonmark").parse(text)
    assert [token.type for token in tokens] == ["html_block"]
    assert set(re.findall("<[^>]*>", text)) == {"<p>", "</p>", "<code>", "</code>"}
    assert "@" not in text


@pytest.mark.parametrize("message", ["short", "&" * 90_000, "\U0001f600" * 90_000])
def test_what_does_not_fit_is_counted(message: str) -> None:
    text = format_markdown([finding(message=message)] * 3000)
    shown = text.count("SG110")
    assert size(text) <= MAX_BYTES
    assert shown > 3
    assert text.endswith(f"<p>{3000 - shown:,} more are left out here.</p>\n")


def test_nothing_is_counted_where_all_fits() -> None:
    assert "left out" not in format_markdown([finding()])
