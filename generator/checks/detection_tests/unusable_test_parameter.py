"""SG610: a parameter of a test is not the detection's."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnusableTestParameter(StageCheck):
    """A parameter of a test is not the detection's."""

    code = "SG610"
    title = "A parameter of a test is not the detection's"
    explanation = (
        "`parameters` of a test stand for what a tenant would give, so each must be declared "
        "by the detection and be of the declared type."
    )
    severity = Severity.ERROR
    source = "our own decision; docs/testing.md describes the format"
