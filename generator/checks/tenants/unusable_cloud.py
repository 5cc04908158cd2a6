"""SG703: a target's cloud that is none."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnusableCloud(StageCheck):
    """A target's cloud that is none."""

    code = "SG703"
    title = "Unusable cloud of a target"
    explanation = (
        "`cloud` is public, usgov, china, or the URL of an emulator on this machine: its host "
        "is a loopback address, and it has neither user, path nor query. Credentials would go "
        "elsewhere otherwise."
    )
    severity = Severity.ERROR
    source = "Our own format, docs/deployment.md."
    waivable = False
