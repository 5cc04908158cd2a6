"""SG285: a waiver that ends on no day of the calendar."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class WaiverDate(StageCheck):
    """The waiver's `until` is not a date YYYY-MM-DD."""

    code = "SG285"
    title = "Waiver with a malformed expiry date"
    explanation = (
        "`until` is the last day on which the waiver holds, written 2026-01-31. With anything else "
        "nobody can say whether the waiver has ended, so it waives nothing."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
