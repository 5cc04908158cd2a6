"""SG043: a blank inside a tactic."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class BlankInTactic(StageCheck):
    """A tactic is written with blanks."""

    code = "SG043"
    title = "Blank inside a tactic"
    explanation = (
        'The service knows LateralMovement, not "Lateral Movement". The blank is removed, as '
        "Microsoft's packager does."
    )
    severity = Severity.NOTE
    source = (
        "Azure/Azure-Sentinel, the rules' YAML and its packager (Tools/Create-Azure-Sentinel-"
        "Solution)."
    )
