"""SG171: a search key that no column, or no value, stands for."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import ModelCheck
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.watchlist.model import Watchlist
from generator.text.near_names import did_you_mean


class KeyColumn(ModelCheck[Watchlist]):
    """`key` is not among the columns, or a row has no value of it."""

    code = Code(
        "SG171",
        summary="Search key without a column or a value",
        explanation=(
            "The search key is one of the columns, and no row leaves it blank: the service "
            "refuses the upload otherwise. Queries read it as SearchKey or by its own name."
        ),
        severity=Severity.ERROR,
        source="Microsoft Learn, Create watchlists (SearchKey).",
    )

    def examine(self, model: Watchlist, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for a key that is no column, and for each row without it."""
        del detection
        if model.key not in model.columns:
            message = (
                f"{model.key!r} is none of the columns{did_you_mean(model.key, model.columns)}"
            )
            yield Problem(self.code, message, InDocument(("key",)))
            return
        for number, row in enumerate(model.rows, 1):
            if not row[model.key].strip():
                message = f"row {number} has no value of the search key {model.key}"
                yield Problem(self.code, message, InDocument(("key",)))
