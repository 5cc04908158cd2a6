"""SG008: a file that is empty or holds something else than it should."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class NotAMapping(StageCheck):
    """The document is empty or has the wrong shape as a whole."""

    code = "SG008"
    title = "Empty, or not a mapping"
    explanation = (
        "A detection is a mapping of keys to values; retired.yaml and not-detectable.yaml are "
        "lists. An empty file, a single text or a list says nothing about a rule."
    )
    severity = Severity.ERROR
    source = "The detection format of sentinelgen, detection.schema.json."
    waivable = False
