"""SG607: an event has a column that its table does not have."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnknownEventColumn(StageCheck):
    """An event has a column that its table does not have."""

    code = "SG607"
    title = "An event has a column that its table does not have"
    explanation = (
        "In the workspace the column would not be there, so a test with it proves nothing. "
        "Correct the name, or declare the column in schemas/tables. Names are case-sensitive."
    )
    severity = Severity.ERROR
    source = "our own decision; docs/testing.md describes the format"
