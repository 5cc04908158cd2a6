"""SG308: a template that does what templates may not."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class RefusedOperation(StageCheck):
    """The template uses something that the sandbox refuses."""

    code = "SG308"
    title = "Operation that templates do not have"
    explanation = (
        "Templates compare, loop, join text with ~, do sums and use the listed filters. Python's "
        "attributes and methods, formatting with %, names of templates that are computed, and "
        "turning KQL text back into values are not among that."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
