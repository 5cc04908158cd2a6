"""SG040: a key of community files that has no effect."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class IgnoredKey(StageCheck):
    """The key is read and used nowhere."""

    code = "SG040"
    title = "Key without effect"
    explanation = (
        "Official and community files hold the key, and tools of theirs use it. Nothing of it "
        "reaches the rule; remove it unless the file is kept as it came."
    )
    severity = Severity.WARNING
    source = (
        "Azure/Azure-Sentinel, the rules' YAML and its packager (Tools/Create-Azure-Sentinel-"
        "Solution)."
    )
