"""SG007: more than one YAML document in a file."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class SeveralDocuments(StageCheck):
    """The file holds more than one YAML document."""

    code = "SG007"
    title = "More than one document in the file"
    explanation = (
        "One file is one detection, so that its path is its name. Give each document a file of "
        "its own."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
