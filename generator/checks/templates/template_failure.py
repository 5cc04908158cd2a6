"""SG309: a template that fails on its values."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class TemplateFailure(StageCheck):
    """An operation in the template fails."""

    code = "SG309"
    title = "Template that fails on its values"
    explanation = (
        "An operation fails on the values that it was given, such as a division by zero or a "
        "comparison of text with a number. Check the values' types, or test them in the template "
        "first."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
