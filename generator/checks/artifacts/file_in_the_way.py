"""SG803: something in the output folder that the tool did not write."""

from __future__ import annotations

from generator.checks.check import StageCheck
from generator.findings import Severity


class FileInTheWay(StageCheck):
    """A file without the marker, a link or a folder lies where an artifact belongs."""

    code = "SG803"
    title = "Something else lies where an artifact belongs"
    explanation = (
        "Every artifact carries a marker that says it is generated. A file without it was written "
        "by somebody and is never overwritten, and a symbolic link is never followed. Nothing is "
        "written until it has been moved, or another folder is chosen with `--out`."
    )
    severity = Severity.ERROR
    source = "Our own decision."
    waivable = False
