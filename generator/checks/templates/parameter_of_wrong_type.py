"""SG321: a parameter whose value is not of its type."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class ParameterOfWrongType(StageCheck):
    """A default or a tenant's value is not of the declared type."""

    code = "SG321"
    title = "Parameter of the wrong type"
    explanation = (
        "A parameter's default and every tenant's value for it are of the declared type. Nothing "
        "is converted in silence: text is quoted where YAML would read a number or a boolean."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
