"""SG122: text that `new` wrote for the author to replace."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.catalog.placeholders import OPERATION, placeholders, placeholders_in
from generator.check import TextCheck
from generator.findings import Code, InQuery, Place, Problem, Severity
from generator.kql.query import Query


class PlaceholderText(TextCheck):
    """The detection holds text that `new` wrote for its author to replace."""

    code = Code(
        "SG122",
        summary="Text of `new` that is not replaced yet",
        explanation=(
            "`sentinelgen new` writes a detection to begin with. Its query asks for an operation "
            "that no log holds, so that it never alerts by accident; description, title and false "
            "positives say what to write in their places. Until all of it is replaced, the "
            "detection is not finished: `validate --strict` fails, and `deploy` says so. A "
            "template that the text was moved to is looked at as well."
        ),
        severity=Severity.WARNING,
        source="our own decision",
    )

    def examine(self, query: Query, detection: Detection) -> Iterator[Problem]:
        """Yield a problem at each placeholder, wherever in the file or its template it stands."""
        for mark, place in placeholders(detection.source):
            yield self._problem(mark, place)
        if "template" in detection.document:
            for mark, start, end in placeholders_in(query.text):
                yield self._problem(mark, InQuery(start, end))

    def _problem(self, mark: str, place: Place) -> Problem:
        help_ = "the query finds nothing until then" if mark == OPERATION else None
        return Problem(self.code, f"{mark!r} is still to be done", place, help_)
