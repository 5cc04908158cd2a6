"""SG611: a test expects something that no alert of the detection can have."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnknownExpectedName(StageCheck):
    """A test expects something that no alert of the detection can have."""

    code = "SG611"
    title = "A test expects a name that no alert of the detection can have"
    explanation = (
        "Entity types and tactics are Sentinel's; custom details and dynamic properties are those "
        "that the detection declares. With any other name the test fails for the wrong reason, or, "
        "where it expects none, passes whatever happens. Names are case-sensitive."
    )
    severity = Severity.ERROR
    source = "our own decision; docs/testing.md describes the format"
