"""SG284: a waiver whose reason is blank."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class WaiverWithoutReason(StageCheck):
    """The waiver's `reason` is empty or only blanks."""

    code = "SG284"
    title = "Waiver without a reason"
    explanation = (
        "A waiver without a written reason cannot be reviewed, so it waives nothing. Write why the "
        "finding is acceptable in this detection."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
