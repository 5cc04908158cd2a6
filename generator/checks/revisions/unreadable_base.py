"""SG503: a detection of the base revision that cannot be compared."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnreadableBase(StageCheck):
    """The base revision holds a detection that does not load or render."""

    code = "SG503"
    title = "Detection of the base revision cannot be read"
    explanation = (
        "The detection at the base revision has an error itself, so nobody can say whether its id "
        "is lost or whether it changed. Look at the change by hand; once the mended detection is "
        "in the base revision, this ends."
    )
    severity = Severity.WARNING
    source = "Our own decision: nothing is silent."
