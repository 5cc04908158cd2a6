"""SG044: quotes around a whole description."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class QuotedDescription(StageCheck):
    """One pair of quotes stands around the whole description."""

    code = "SG044"
    title = "Quotes around the description"
    explanation = (
        "In a block text the quotes belong to the text. They are removed, as Microsoft's "
        "packager does; remove them in the file."
    )
    severity = Severity.NOTE
    source = (
        "Azure/Azure-Sentinel, the rules' YAML and its packager (Tools/Create-Azure-Sentinel-"
        "Solution)."
    )
