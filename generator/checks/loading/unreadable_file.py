"""SG001: a file that cannot be read."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnreadableFile(StageCheck):
    """The file cannot be read."""

    code = "SG001"
    title = "File cannot be read"
    explanation = (
        "The file is missing rights, is a folder or a device, or has a name that is not UTF-8. "
        "What is not read can be neither checked nor deployed."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
