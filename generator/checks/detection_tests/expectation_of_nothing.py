"""SG604: a test expects nothing."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class ExpectationOfNothing(StageCheck):
    """A test expects nothing."""

    code = "SG604"
    title = "A test expects nothing"
    explanation = (
        "A test that expects nothing passes whatever the detection does. Expect at least a "
        "number of alerts."
    )
    severity = Severity.ERROR
    source = "our own decision; docs/testing.md describes the format"
