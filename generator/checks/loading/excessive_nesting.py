"""SG010: a document that nests or expands too far."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class ExcessiveNesting(StageCheck):
    """The document nests deeper than 100 levels, or its aliases expand too far."""

    code = "SG010"
    title = "Nesting or aliases without end"
    explanation = (
        "A rule needs seven levels. Deeper nesting, an alias inside of what it stands for, or "
        "aliases that multiply only exhaust the reader."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
