"""SG456: window function on rows without an order."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.kql.refused import refused
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, Problem, Severity
from generator.kql_service.inspection import BoundQuery


class UnserializedRows(TreeCheck):
    """prev(), row_number() or their like on rows that no operator has put into an order."""

    code = Code(
        "SG456",
        summary="Window function on rows without an order",
        explanation=(
            "prev(), next(), row_number(), row_cumsum(), row_rank_…() and row_window_session() "
            "look at neighbouring rows, so the rows must be serialized: sort, top, serialize and "
            "range do that; summarize, join, distinct and others undo it. The language service "
            "does not check it, the engine refuses the query. Put `sort by` before the function, "
            "after the last operator that undoes the order."
        ),
        severity=Severity.ERROR,
        source="https://learn.microsoft.com/kusto/query/window-functions",
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each call on rows without an order."""
        from generator.kql_evaluator.refusals.serialization import (  # noqa: PLC0415 - start-up time
            serialization_refusals,
        )

        return refused(self.code, serialization_refusals(query.tree))
