"""SG174: a list without rows that does not say what that means."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import ModelCheck
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.watchlist.model import Watchlist


class EmptyList(ModelCheck[Watchlist]):
    """There are no rows and no description."""

    code = Code(
        "SG174",
        summary="Empty watchlist without a description",
        explanation=(
            "A query that looks something up in an empty list finds nothing, or lets everything "
            "through. Where only a tenant or the SOC can fill the list, its description says who "
            "does, and what queries make of it until then."
        ),
        severity=Severity.WARNING,
        source="Our own decision.",
    )

    def examine(self, model: Watchlist, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for an empty list without a word about it."""
        if model.is_read and not model.rows and not (model.description or "").strip():
            place = InDocument(("items",))
            yield Problem(
                self.code,
                f"{detection.name} has no rows, and nothing says what that means",
                place,
                "say in the description who fills it, and what queries do until then",
            )
