"""SG122: text that `new` wrote for the author to replace."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.catalog.placeholders import OPERATION, placeholders
from generator.checks.check import DocumentCheck
from generator.findings import Problem, Severity


class PlaceholderText(DocumentCheck):
    """The detection holds text that `new` wrote for its author to replace."""

    code = "SG122"
    title = "Text of `new` that is not replaced yet"
    explanation = (
        "`sentinelgen new` writes a detection to begin with. Its query asks for an operation "
        "that no log holds, so that it never alerts by accident; description, title and false "
        "positives say what to write in their places. Until all of it is replaced, the "
        "detection is not finished: `validate --strict` fails, and `deploy` says so."
    )
    severity = Severity.WARNING
    source = "our own decision"

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem at each placeholder, wherever in the file it stands."""
        for mark, place in placeholders(detection.source):
            help_ = "the query finds nothing until then" if mark == OPERATION else None
            yield Problem(self.code, f"{mark!r} is still to be done", place, help_)
