"""SG307: a template beyond the limits."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class TemplateLimit(StageCheck):
    """The template takes more than a rendering may."""

    code = "SG307"
    title = "Template beyond the limits"
    explanation = (
        "Rendering counts loop rounds, characters, nesting, calls and sizes of numbers, so that "
        "no template can occupy the machine. A query of at most 10,000 characters never needs as "
        "much; look for a loop or a recursion that does not end."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
