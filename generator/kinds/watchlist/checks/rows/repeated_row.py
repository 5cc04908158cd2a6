"""SG173: rows that are equal in every column."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import ModelCheck
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.watchlist.model import Watchlist


class RepeatedRow(ModelCheck[Watchlist]):
    """A row is there twice."""

    code = Code(
        "SG173",
        summary="Row of a watchlist that is there twice",
        explanation=(
            "An upload drops rows that are equal in every column, so that the list in the "
            "workspace would never be as it is written here. Remove the second one."
        ),
        severity=Severity.ERROR,
        source="Microsoft Learn, Manage watchlists (bulk update).",
    )

    def examine(self, model: Watchlist, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each row that an earlier one equals."""
        key = "file" if "file" in detection.document else "rows"
        first: dict[tuple[tuple[str, str], ...], int] = {}
        for number, row in enumerate(model.rows, 1):
            earlier = first.setdefault(tuple(row.items()), number)
            if earlier != number:
                message = f"row {number} is the same as row {earlier}"
                yield Problem(self.code, message, InDocument((key,), "key"))
