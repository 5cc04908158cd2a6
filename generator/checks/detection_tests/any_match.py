"""SG614: an expectation that anything meets."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class AnyMatch(StageCheck):
    """An expectation that anything meets."""

    code = "SG614"
    title = "An expectation that anything meets"
    explanation = (
        "An item {} in a list of alerts, rows or entities matches any of them, so all it "
        "says is how many there are. Say what it holds, or write the number. A warning, "
        "because the test still fails where there are fewer."
    )
    severity = Severity.WARNING
    source = "our own decision; docs/testing.md describes the format"
