"""Findings for programs: one JSON object whose members are pinned in the documentation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from generator.checks.formatters.summary import summarise
from generator.findings import Finding


def format_json(findings: Sequence[Finding], *, detections: int) -> str:
    """Write `{"findings": […], "summary": {…}}`, with a line break at the end.

    ASCII only, so that it survives every terminal and pipe; an absent `detection` or `help` is
    null. `endColumn` is exclusive.
    """
    document = {
        "findings": findings_as_json(findings),
        "summary": asdict(summarise(findings, detections)),
    }
    return json.dumps(document, indent=2) + "\n"


def findings_as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return the findings as JSON values, members in their documented order."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "message": finding.message,
            "file": finding.file,
            "line": finding.line,
            "column": finding.column,
            "endLine": finding.end_line,
            "endColumn": finding.end_column,
            "detection": finding.detection,
            "help": finding.help,
        }
        for finding in findings
    ]
