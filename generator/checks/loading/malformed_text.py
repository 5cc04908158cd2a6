"""SG024: a text of the wrong form."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class MalformedText(StageCheck):
    """A text does not have the form that it needs."""

    code = "SG024"
    title = "Malformed text"
    explanation = (
        "Durations are days, hours and minutes in this order (5m, 1h30m, 1d) or ISO 8601 (PT5M,"
        " P1D); weeks and negative durations do not exist. Names of parameters are letters, "
        "digits and _."
    )
    severity = Severity.ERROR
    source = "The detection format of sentinelgen, detection.schema.json."
    waivable = False
