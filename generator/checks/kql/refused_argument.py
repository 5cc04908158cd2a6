"""SG458: constant that a function or operator refuses."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.kql.refused import refused
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, Problem, Severity
from generator.kql_service.inspection import BoundQuery


class RefusedArgument(TreeCheck):
    """A constant lies outside of what the function or operator takes."""

    code = Code(
        "SG458",
        summary="Constant that a function or operator refuses",
        explanation=(
            "Some constants bind and make the engine refuse the query: a percentile above "
            "100, a negative number of rows for take, top or sample, arrays of different "
            "lengths for replace_strings(). What is reported is what the functions behind "
            "`sentinelgen test` refuse for the same reason."
        ),
        severity=Severity.ERROR,
        source="https://learn.microsoft.com/kusto/query/percentiles-aggregation-function",
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each refused constant."""
        from generator.kql_evaluator.refusals.arguments import (  # noqa: PLC0415 - start-up time
            argument_refusals,
        )

        return refused(self.code, argument_refusals(query.tree))
