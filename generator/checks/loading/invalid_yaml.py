"""SG006: text that is no YAML."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class InvalidYaml(StageCheck):
    """The text is no YAML."""

    code = "SG006"
    title = "Invalid YAML"
    explanation = (
        "The parser stopped here; the cause is at this place or on the line before. Values that"
        " hold `: ` or ` #`, or that begin with a character such as @, %, *, & or {, need "
        "quotes; tabs cannot indent."
    )
    severity = Severity.ERROR
    source = "YAML 1.1, as PyYAML reads it."
    waivable = False
