"""SG302: a template file that cannot be used."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnreadableTemplate(StageCheck):
    """The template's file is not usable text."""

    code = "SG302"
    title = "Template that cannot be read"
    explanation = (
        "A template is a regular file of UTF-8 text without a byte order mark and of at most 1 "
        "MiB. Save it as such."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
