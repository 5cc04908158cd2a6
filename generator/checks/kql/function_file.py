"""SG491: a function file below schemas/ that cannot be used."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class FunctionFile(StageCheck):
    """A function file below schemas/ cannot be used as it is."""

    code = "SG491"
    title = "Malformed function file"
    explanation = (
        "schemas/functions/NAME.kql holds a saved function: `(name:type = default) { body }`, or "
        "the body alone where it has no parameters. NAME is a KQL identifier."
    )
    severity = Severity.ERROR
    source = "our own format, docs/kql.md"
    waivable = False
