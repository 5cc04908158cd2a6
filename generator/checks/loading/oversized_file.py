"""SG003: a file that is too large to be a detection."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class OversizedFile(StageCheck):
    """The file is larger than 1 MiB."""

    code = "SG003"
    title = "File larger than 1 MiB"
    explanation = (
        "The service takes queries of 10,000 characters, so no detection comes near this size. "
        "The file is not read."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
