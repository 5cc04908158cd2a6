"""SG710: two tenant files that name one workspace."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class SharedWorkspace(StageCheck):
    """Two tenant files that name one workspace."""

    code = "SG710"
    title = "Workspace of two tenants"
    explanation = (
        "Both files own the rules of the whole catalog in that workspace. What one of them selects "
        "or sets, a deployment of the other takes back. Subscription, resource group and workspace "
        "are compared without regard to case, within one cloud: keep one of the files."
    )
    severity = Severity.ERROR
    source = "Our own format, docs/deployment.md."
    waivable = False
