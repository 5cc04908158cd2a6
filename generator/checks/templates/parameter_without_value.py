"""SG322: a parameter that nobody gives a value."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class ParameterWithoutValue(StageCheck):
    """A parameter has neither a default nor a value."""

    code = "SG322"
    title = "Parameter without a value"
    explanation = (
        "A parameter without a default needs a value from every tenant, and here there is none. "
        "Give it a default that suits most, or name the tenant."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
