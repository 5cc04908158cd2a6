"""SG041: requiredDataConnectors as a mapping."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class ConnectorsAsMapping(StageCheck):
    """requiredDataConnectors is a mapping instead of a list."""

    code = "SG041"
    title = "requiredDataConnectors is a mapping"
    explanation = (
        "Microsoft's format is a list of {connectorId, dataTypes}. The value is informative, so"
        " the rule is the same; tools that read the connectors will not find them."
    )
    severity = Severity.WARNING
    source = (
        "Azure/Azure-Sentinel, the rules' YAML and its packager (Tools/Create-Azure-Sentinel-"
        "Solution)."
    )
