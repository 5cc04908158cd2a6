"""SG473: sum of two dates."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.kql.refused import refused
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, Problem, Severity
from generator.kql_service.inspection import BoundQuery


class SumOfDates(TreeCheck):
    """A date is added to a date."""

    code = Code(
        "SG473",
        summary="Sum of two dates",
        explanation=(
            "Two dates can be subtracted, which gives the time between them, and a time span can "
            "be added to a date. Two dates cannot be added: the language service takes it, the "
            "engine refuses it."
        ),
        severity=Severity.ERROR,
        source="https://learn.microsoft.com/kusto/query/datetime-timespan-arithmetic",
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each sum of two dates."""
        from generator.kql_evaluator.refusals.sums import (  # noqa: PLC0415 - start-up time
            sum_refusals,
        )

        return refused(self.code, sum_refusals(query.tree))
