"""SG011: a key that stands twice in one mapping."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class DuplicateKey(StageCheck):
    """A key stands twice in one mapping."""

    code = "SG011"
    title = "Duplicate key"
    explanation = (
        "YAML readers silently keep one of the two values, and not all keep the same one. "
        "Remove the value that is not meant."
    )
    severity = Severity.ERROR
    source = "YAML 1.1, as PyYAML reads it."
    waivable = False
