"""SG283: a waiver of a check that must hold."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnwaivableCheck(StageCheck):
    """The waiver names a check of parsing, schema or ids."""

    code = "SG283"
    title = "Waiver of a check that cannot be waived"
    explanation = (
        "Without readable YAML, the shape that the schema demands and unique ids there is no rule "
        "to talk about, so these checks can be neither waived nor lowered. Mend what they find."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
