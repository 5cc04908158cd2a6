"""SG005: a byte order mark."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class ByteOrderMark(StageCheck):
    """The file begins with a byte order mark."""

    code = "SG005"
    title = "Byte order mark at the beginning"
    explanation = (
        "The mark is invisible, and tools disagree whether it belongs to the first key. Save "
        "the file as UTF-8 without a byte order mark."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
