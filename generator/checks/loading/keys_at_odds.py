"""SG025: keys that exclude or need one another."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class KeysAtOdds(StageCheck):
    """Two keys exclude one another, or one lacks its partner."""

    code = "SG025"
    title = "Keys at odds"
    explanation = (
        "A detection has either a query of its own or a template with values, and values mean "
        "nothing without a template."
    )
    severity = Severity.ERROR
    source = "The detection format of sentinelgen, detection.schema.json."
    waivable = False
