"""SG605: the now of a test is no time."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnusableTestTime(StageCheck):
    """The now of a test is no time."""

    code = "SG605"
    title = "The now of a test is no time"
    explanation = (
        "`now` is when the rule runs: what now() returns and ago() counts from. It is a UTC "
        "time of the calendar such as 2026-01-15T12:00:00Z."
    )
    severity = Severity.ERROR
    source = "our own decision; docs/testing.md describes the format"
