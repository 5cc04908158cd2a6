"""SG325: a value that no template uses."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnusedValue(StageCheck):
    """No template reads the value or parameter."""

    code = "SG325"
    title = "Value that nothing uses"
    explanation = (
        "Neither the query nor a template that it uses names this value, so that it changes "
        "nothing, whatever it is. Remove it, or correct its spelling."
    )
    severity = Severity.ERROR
    source = "Our own decision."
