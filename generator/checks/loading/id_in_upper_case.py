"""SG031: an id with upper-case letters."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class IdInUpperCase(StageCheck):
    """The id has upper-case letters."""

    code = "SG031"
    title = "Id with upper-case letters"
    explanation = (
        "The id is kept as it is, because the rule may be deployed under it. Azure ignores case"
        " in names, other tools do not: write new ids in lower case."
    )
    severity = Severity.WARNING
    source = "Our own decision."
    waivable = False
    superseded_by = ("SG030",)
