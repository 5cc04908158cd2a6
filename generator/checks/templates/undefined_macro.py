"""SG327: a template calls or imports a macro that nobody defines."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UndefinedMacro(StageCheck):
    """A template calls or imports a macro that nobody defines."""

    code = "SG327"
    title = "Macro that is not defined"
    explanation = (
        "The template calls a name that is no macro here, was not imported, and is not defined "
        "by any template that includes this one; or it imports what the other template does not"
        " define. Whoever uses the template would fail. Every template is looked at, used or "
        "not."
    )
    severity = Severity.ERROR
    source = "Jinja, Template Designer Documentation."
    waivable = False
    superseded_by = ("SG306",)  # a rendering came to the call
