"""SG013: a number that neither JSON nor KQL can hold."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnusableNumber(StageCheck):
    """A number is not finite or does not fit into 64 bits."""

    code = "SG013"
    title = "Number out of range"
    explanation = (
        "Artifacts are JSON, which has no infinity and no NaN, and integers in KQL have 64 "
        "bits. An identifier made of digits is text: put it in quotes."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
