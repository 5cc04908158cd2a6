"""SG023: a value outside of the allowed ones."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnknownValue(StageCheck):
    """The value is none of those that are possible here."""

    code = "SG023"
    title = "Value that is not one of the allowed ones"
    explanation = (
        "The service knows a fixed set of values here and compares letters in their case: High "
        "is a severity, high is not."
    )
    severity = Severity.ERROR
    source = "The detection format of sentinelgen, detection.schema.json."
    waivable = False
