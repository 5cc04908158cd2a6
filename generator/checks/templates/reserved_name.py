"""SG324: a name that templates cannot read."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class ReservedName(StageCheck):
    """The name is a word of the template language or no name at all."""

    code = "SG324"
    title = "Name that a template cannot use"
    explanation = (
        "A name has letters, digits and underscores and does not begin with a digit. Jinja's own "
        "words and variables (loop, self, true, in, …) mean something else in a template; KQL's "
        "keywords are fine."
    )
    severity = Severity.ERROR
    source = "Jinja, Template Designer Documentation."
    waivable = False
