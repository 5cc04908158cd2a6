"""SG175: a watchlist in which `new` has left something to be done."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.catalog.placeholders import placeholders
from generator.check import DocumentCheck
from generator.findings import Code, Problem, Severity


class LeftPlaceholder(DocumentCheck):
    """The document holds words of the scaffold."""

    code = Code(
        "SG175",
        summary="Watchlist as `new` wrote it",
        explanation=(
            "The rows of `sentinelgen new` show how a row looks, and name nobody. Write your own "
            "rows, and say in the description who keeps the list."
        ),
        severity=Severity.WARNING,
        source="Our own decision.",
    )

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each place that is still to be done."""
        for mark, place in placeholders(detection.source):
            yield Problem(self.code, f"{mark!r} is still to be done", place)
