"""SG305: templates that include each other in a circle."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class IncludeCircle(StageCheck):
    """A template includes, imports or extends itself."""

    code = "SG305"
    title = "Templates that include each other in a circle"
    explanation = (
        "A template that comes to include, import or extend itself never ends. Move what both "
        "need to a third template."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
