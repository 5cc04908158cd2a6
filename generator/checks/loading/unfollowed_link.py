"""SG002: a symbolic link that is not followed."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class UnfollowedLink(StageCheck):
    """A symbolic link leads out of the repository, nowhere, or to a folder."""

    code = "SG002"
    title = "Symbolic link that is not followed"
    explanation = (
        "Content comes from this repository only: a link to a file inside of it is read, any "
        "other link could bring in files of the machine or run in circles. Put the file itself "
        "here."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
