"""SG306: a template that reads what nobody gives."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UndefinedName(StageCheck):
    """A name or member in the template has no value."""

    code = "SG306"
    title = "Name without a value in a template"
    explanation = (
        "The template reads a name that the detection gives neither in `values` nor in "
        "`parameters`, or a member that a value does not have. Give the value, or write what "
        "happens without it: `is defined`, `default(…)`."
    )
    severity = Severity.ERROR
    source = "Jinja's StrictUndefined."
    waivable = False
