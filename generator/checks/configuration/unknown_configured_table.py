"""SG051: a setting for a table that is not known."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnknownConfiguredTable(StageCheck):
    """A setting for a table that is not known."""

    code = "SG051"
    title = "Setting for an unknown table"
    explanation = (
        "`tables` in sentinelgen.yaml says how unknown columns of a table count. No table of "
        "this name is known, neither Sentinel's nor one in schemas/tables/, so the setting has "
        "no effect: correct the name, or declare the table."
    )
    severity = Severity.WARNING
    source = "Our own decision: a setting that does nothing is most likely misspelled."
