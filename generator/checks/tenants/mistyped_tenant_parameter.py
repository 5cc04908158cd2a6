"""SG708: a tenant's value that is not of its parameter's type."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class MistypedTenantParameter(StageCheck):
    """A tenant's value that is not of its parameter's type."""

    code = "SG708"
    title = "Tenant's value of the wrong type"
    explanation = (
        "A detection declares the parameter with a type, and every tenant's value is of that "
        "type. Nothing is converted in silence: text is quoted where YAML would read a number "
        "or a boolean."
    )
    severity = Severity.ERROR
    source = "Our own format, docs/deployment.md."
    waivable = False
