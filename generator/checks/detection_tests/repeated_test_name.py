"""SG603: two tests of a file have the same name."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class RepeatedTestName(StageCheck):
    """Two tests of a file have the same name."""

    code = "SG603"
    title = "Two tests of a file have the same name"
    explanation = (
        "Reports name a test by its name, so two of the same cannot be told apart. Say in "
        "each name what is different about it."
    )
    severity = Severity.WARNING
    source = "our own decision; docs/testing.md describes the format"
