"""SG704: an id or a name of a target that cannot exist."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnusableTarget(StageCheck):
    """An id or a name of a target that cannot exist."""

    code = "SG704"
    title = "Unusable id or name of a target"
    explanation = (
        "Tenant and subscription are GUIDs (on an emulator any plain id), and resource group "
        "and workspace have names that Azure allows. Nothing could be deployed to this target."
    )
    severity = Severity.ERROR
    source = "Microsoft Learn, Naming rules and restrictions for Azure resources."
    waivable = False
