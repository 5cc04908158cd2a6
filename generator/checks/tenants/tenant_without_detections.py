"""SG709: a tenant whose selectors leave nothing."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class TenantWithoutDetections(StageCheck):
    """A tenant whose selectors leave nothing."""

    code = "SG709"
    title = "Tenant that gets nothing"
    explanation = (
        "What `select` includes is excluded again, so no rule would be deployed. Correct the "
        "selectors, or remove the tenant."
    )
    severity = Severity.ERROR
    source = "Our own format, docs/deployment.md."
    waivable = False
