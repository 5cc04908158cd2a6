"""SG022: a value of the wrong type."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class WrongType(StageCheck):
    """A value has the wrong type."""

    code = "SG022"
    title = "Value of the wrong type"
    explanation = (
        "Most often YAML has read an unquoted text as something else: 1.0 is a number, no and "
        "on are false and true. Put texts in quotes, and write lists as lists."
    )
    severity = Severity.ERROR
    source = "The detection format of sentinelgen, detection.schema.json."
    waivable = False
