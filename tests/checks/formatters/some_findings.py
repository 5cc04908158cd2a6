"""Findings that the formatter tests share."""

from __future__ import annotations

from generator.findings import Finding, Severity

FILE = "detections/devices/new device.yaml"
SOURCE = "id: 1\nname: Device\n\tseverity: 警告 high # note\nquery: |\n  T\n"


def finding(**changes: object) -> Finding:
    values: dict[str, object] = {
        "code": "SG110",
        "severity": Severity.ERROR,
        "message": "queryFrequency is 1m; it must be 5 minutes to 14 days",
        "file": FILE,
        "line": 3,
        "column": 15,
        "end_line": 3,
        "end_column": 19,
        "detection": "devices/new device",
        "help": None,
    }
    return Finding(**{**values, **changes})  # type: ignore[arg-type]
