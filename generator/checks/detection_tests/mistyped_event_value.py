"""SG608: a value of an event is not of its column's type."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class MistypedEventValue(StageCheck):
    """A value of an event is not of its column's type."""

    code = "SG608"
    title = "A value of an event is not of its column's type"
    explanation = (
        "The workspace stores every column as one type, and comparisons depend on it: "
        'ResultType is text, so 0 must be written "0". Times are ISO 8601 or count from now, '
        "as -10m does."
    )
    severity = Severity.ERROR
    source = "our own decision; docs/testing.md describes the format"
