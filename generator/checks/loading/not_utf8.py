"""SG004: bytes that are not UTF-8."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class NotUtf8(StageCheck):
    """The file is not UTF-8 text."""

    code = "SG004"
    title = "Not UTF-8 text"
    explanation = (
        "Files are read as UTF-8 on every machine, so that the same content gives the same "
        "rules everywhere. Save the file as UTF-8 without a byte order mark."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
