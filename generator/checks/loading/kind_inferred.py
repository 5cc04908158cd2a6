"""SG042: a schedule without a kind."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class KindInferred(StageCheck):
    """The rule has a schedule and no kind."""

    code = "SG042"
    title = "No kind, so Scheduled"
    explanation = (
        "Older community rules have no kind. A schedule makes the rule Scheduled; write `kind: "
        "Scheduled` to say so."
    )
    severity = Severity.NOTE
    source = (
        "Azure/Azure-Sentinel, the rules' YAML and its packager (Tools/Create-Azure-Sentinel-"
        "Solution)."
    )
