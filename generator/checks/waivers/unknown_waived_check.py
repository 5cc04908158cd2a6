"""SG282: a waiver of a check that does not exist."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnknownWaivedCheck(StageCheck):
    """The waiver's `check` is no code of a check."""

    code = "SG282"
    title = "Waiver of an unknown check"
    explanation = (
        "`check` in a waiver is the code of a check, such as SG101. A misspelled one would waive "
        "nothing without anybody noticing. `sentinelgen checks` lists the codes."
    )
    severity = Severity.ERROR
    source = "Our own decision: nothing is silent."
    waivable = False
