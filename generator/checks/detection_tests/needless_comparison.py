"""SG612: a test compares an alert and expects none."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class NeedlessComparison(StageCheck):
    """A test compares an alert and expects none."""

    code = "SG612"
    title = "A test compares an alert and expects none"
    explanation = (
        "Title, description, severity, tactics, entities, custom details and dynamic "
        "properties are those of an alert. Beside alerts: 0 there is none to compare them "
        "with, so the key holds whatever it says: the test shows less than its reader "
        "believes. An error, because nothing can make the key fail."
    )
    severity = Severity.ERROR
    source = "our own decision; docs/testing.md describes the format"
