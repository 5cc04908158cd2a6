"""SG026: a hunting query."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class HuntingQuery(StageCheck):
    """The document is a hunting query, not an analytics rule."""

    code = "SG026"
    title = "Hunting query, not supported yet"
    explanation = (
        "With neither a kind nor a schedule the document is a hunting query. Only analytics "
        "rules are built so far; add a kind and a schedule to make one."
    )
    severity = Severity.ERROR
    source = (
        "Azure/Azure-Sentinel, the rules' YAML and its packager (Tools/Create-Azure-Sentinel-"
        "Solution)."
    )
    waivable = False
