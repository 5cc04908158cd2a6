"""SG012: a key that is not text."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class KeyNotText(StageCheck):
    """A key is read as something else than text."""

    code = "SG012"
    title = "Key that is not text"
    explanation = (
        "YAML reads an unquoted 1, no or on as a number or as true and false, also where it is "
        "a key, and {{ as the beginning of a mapping. Put it in quotes."
    )
    severity = Severity.ERROR
    source = "YAML 1.1, as PyYAML reads it."
    waivable = False
