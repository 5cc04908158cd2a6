"""SG172: a row or a list that is larger than the service takes."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import ModelCheck
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.watchlist.csv_rows import written
from generator.kinds.watchlist.model import Watchlist

LARGEST_LINE = 10_240
"""Characters of a line of CSV (Microsoft Learn, Watchlists, limitations)."""


class LargeRow(ModelCheck[Watchlist]):
    """A row makes a line of more than 10,240 characters."""

    code = Code(
        "SG172",
        summary="Row of a watchlist too large",
        explanation=(
            "A line of an upload has at most 10,240 characters, and a row 10 KB. Put less into a "
            "row, or split it."
        ),
        severity=Severity.ERROR,
        source="Microsoft Learn, Use watchlists in Microsoft Sentinel (limitations).",
    )

    def examine(self, model: Watchlist, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each row that is too large."""
        key = "file" if "file" in detection.document else "rows"
        columns = tuple(model.columns)
        for number, row in enumerate(model.rows, 1):
            length = len(written(columns, (row,)).partition("\n")[2])
            if length > LARGEST_LINE:
                message = f"row {number} has {length:,} characters as CSV, of {LARGEST_LINE:,}"
                yield Problem(self.code, message, InDocument((key,), "key"))
