"""SG459: count() with an argument."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.kql.refused import refused
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, Problem, Severity
from generator.kql_service.inspection import BoundQuery


class CountWithArgument(TreeCheck):
    """count() is given a value or a condition."""

    code = Code(
        "SG459",
        summary="count() with an argument",
        explanation=(
            "count() counts rows and takes no argument by its documentation. A condition in "
            "it is an old form of countif(), and a value in it is ignored: rows without a "
            "value are counted as well. Write countif(condition), "
            "countif(isnotempty(value)) or count()."
        ),
        severity=Severity.WARNING,
        source="https://learn.microsoft.com/kusto/query/count-aggregation-function",
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each count() that has an argument."""
        from generator.kql_evaluator.refusals.counting import (  # noqa: PLC0415 - start-up time
            counts_with_argument,
        )

        return refused(self.code, counts_with_argument(query.tree))
