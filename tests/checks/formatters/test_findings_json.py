from __future__ import annotations

import json

from generator.checks.formatters.findings_json import format_json
from generator.findings import Severity
from tests.checks.formatters.some_findings import finding


def test_members_are_those_that_are_pinned_in_their_order() -> None:
    document = json.loads(format_json([finding()], detections=2))
    assert list(document) == ["findings", "summary"]
    assert document["findings"] == [
        {
            "code": "SG110",
            "severity": "error",
            "message": "queryFrequency is 1m; it must be 5 minutes to 14 days",
            "file": "detections/devices/new device.yaml",
            "line": 3,
            "column": 15,
            "endLine": 3,
            "endColumn": 19,
            "detection": "devices/new device",
            "help": None,
        }
    ]
    assert list(document["findings"][0])[:4] == ["code", "severity", "message", "file"]


def test_summary_counts_by_severity() -> None:
    findings = [finding(), finding(severity=Severity.NOTE), finding(severity=Severity.NOTE)]
    assert json.loads(format_json(findings, detections=7))["summary"] == {
        "detections": 7,
        "errors": 1,
        "warnings": 0,
        "notes": 2,
    }


def test_lone_surrogate_from_an_escape_is_still_writable() -> None:
    written = format_json([finding(message="\ud800")], detections=1)
    assert written.isascii()
    assert json.loads(written)["findings"][0]["message"] == "\ud800"
