"""SG020: a key that the format does not have."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnknownKey(StageCheck):
    """The format has no such key."""

    code = "SG020"
    title = "Unknown key"
    explanation = (
        "Nothing reads the key, so what it says would silently not happen. It is most likely "
        "misspelled or stands at the wrong level."
    )
    severity = Severity.ERROR
    source = "The detection format of sentinelgen, detection.schema.json."
    waivable = False
