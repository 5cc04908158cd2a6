"""SG014: a control character in a file."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class ControlCharacter(StageCheck):
    """The file holds a control character that YAML does not allow."""

    code = "SG014"
    title = "Control character"
    explanation = (
        "NUL and most other control characters cannot stand in YAML. They are invisible and "
        "mostly got in by copying; where one is meant, write it as an escape in a double-quoted"
        " text."
    )
    severity = Severity.ERROR
    source = "YAML 1.1, as PyYAML reads it."
    waivable = False
