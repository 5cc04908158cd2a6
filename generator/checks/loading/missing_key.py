"""SG021: a key that is required and missing."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class MissingKey(StageCheck):
    """A required key is missing."""

    code = "SG021"
    title = "Missing key"
    explanation = (
        "The rule cannot be made without it: the service demands the value and nothing is "
        "filled in that the author did not write. A key whose value is empty counts as missing."
    )
    severity = Severity.ERROR
    source = "The detection format of sentinelgen, detection.schema.json."
    waivable = False
