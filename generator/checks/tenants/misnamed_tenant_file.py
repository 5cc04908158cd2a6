"""SG702: a tenant file that no command can name."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class MisnamedTenantFile(StageCheck):
    """A tenant file that no command can name."""

    code = "SG702"
    title = "Tenant file that cannot be named"
    explanation = (
        "`--tenant NAME` reads tenants/NAME.yaml, where NAME holds letters, digits, - and _ "
        "only, and names that differ only in case would be one file on some machines. This file"
        " is never used: rename or remove it."
    )
    severity = Severity.ERROR
    source = "Our own format, docs/deployment.md."
    waivable = False
