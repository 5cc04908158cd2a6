"""SG303: a template that is no Jinja."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class TemplateSyntax(StageCheck):
    """Jinja cannot parse the template."""

    code = "SG303"
    title = "Template that does not parse"
    explanation = (
        "The text between {{ }} or {% %} does not follow Jinja's syntax, a block is not closed, "
        "or a filter or test is named that templates do not have: those that bring chance, a "
        "clock or HTML are left out."
    )
    severity = Severity.ERROR
    source = "Jinja, Template Designer Documentation."
    waivable = False
