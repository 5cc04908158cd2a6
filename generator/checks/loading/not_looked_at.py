"""SG045: parts of a detection were not looked at."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class NotLookedAt(StageCheck):
    """Parts of a detection were not looked at because of an error."""

    code = "SG045"
    title = "Parts of a detection were not looked at"
    explanation = (
        "An error in one member of a detection does not keep the others from being checked, "
        "but what depends on that member cannot be judged: whether the period covers the "
        "frequency, for one. This note names what was left out. Nothing is built or deployed "
        "from a detection with an error."
    )
    severity = Severity.NOTE
    source = "Our own decision."
    waivable = False
