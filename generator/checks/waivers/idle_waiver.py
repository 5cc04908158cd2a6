"""SG281: a waiver of something that is not found."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class IdleWaiver(StageCheck):
    """The waived check finds nothing in this detection."""

    code = "SG281"
    title = "Waiver that waives nothing"
    explanation = (
        "The check that this waiver names finds nothing here, so the waiver can only hide a later "
        "mistake. Remove it. Checks that did not run (KQL with --no-kql, history without --base) "
        "never make a waiver idle."
    )
    severity = Severity.NOTE
    source = "Our own decision."
