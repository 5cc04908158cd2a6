"""SG280: a waiver whose last day has passed."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class ExpiredWaiver(StageCheck):
    """The waiver no longer waives; what it covered is reported again beside this."""

    code = "SG280"
    title = "Expired waiver"
    explanation = (
        "A waiver holds through its `until` day. After it the finding that it covered is back, and "
        "the waiver says so: mend the detection, or look at the reason again and write a new date."
    )
    severity = Severity.WARNING
    source = "Our own decision: exceptions end by themselves."
