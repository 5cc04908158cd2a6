"""Findings as workflow commands, which GitHub shows at the changed lines of a pull request.

Escapes as in actions/toolkit (packages/core/src/command.ts): `%`, CR and LF in the message, also
`:` and `,` in a property.
"""

from __future__ import annotations

from collections.abc import Sequence

from generator.checks.registry import registered_codes
from generator.findings import Finding, Severity
from generator.text.safe_text import visible

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def format_github(findings: Sequence[Finding], *, prefix: str = "") -> str:
    """Write one workflow command a finding, each on a line of its own.

    `prefix` is the path of the content root relative to the workspace, with `/`; empty where they
    are the same folder.
    """
    return "".join(f"{_command(finding, prefix)}\n" for finding in findings)


def _command(finding: Finding, prefix: str) -> str:
    file = f"{prefix.rstrip('/')}/{finding.file}" if prefix not in ("", ".") else finding.file
    properties = {
        "file": visible(file),
        "line": str(finding.line),
        "endLine": str(finding.end_line),
    }
    # GitHub's check runs refuse columns on an annotation of several lines.
    if finding.line == finding.end_line:
        properties["col"] = str(finding.column)
        properties["endColumn"] = str(finding.end_column)
    properties["title"] = f"{finding.code} {registered_codes()[finding.code].summary}"
    message = visible(finding.message) + (f"\n{visible(finding.help)}" if finding.help else "")
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {written}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
