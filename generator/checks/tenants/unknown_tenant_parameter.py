"""SG707: a tenant's parameter that no detection has."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnknownTenantParameter(StageCheck):
    """A tenant's parameter that no detection has."""

    code = "SG707"
    title = "Tenant's parameter that no detection has"
    explanation = (
        "No detection of the catalog declares a parameter of this name, so the value goes "
        "nowhere. Correct the name, or remove the value."
    )
    severity = Severity.ERROR
    source = "Our own format, docs/deployment.md."
    waivable = False
