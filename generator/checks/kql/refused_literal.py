"""SG454: literal that is no value of its type."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.kql.refused import refused
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, Problem, Severity
from generator.kql_service.inspection import BoundQuery


class RefusedLiteral(TreeCheck):
    """A typed literal cannot be read as its type."""

    code = Code(
        "SG454",
        summary="Literal that is no value of its type",
        explanation=(
            "The parser takes any text between the parentheses of datetime(), timespan(), "
            "guid(), long() and their like. The engine refuses a text that is no such "
            "value: a date with the day first, an unknown unit of time, a number that does "
            "not fit."
        ),
        severity=Severity.ERROR,
        source="https://learn.microsoft.com/kusto/query/scalar-data-types/",
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each literal that cannot be read."""
        from generator.kql_evaluator.refusals.literals import (  # noqa: PLC0415 - start-up time
            literal_refusals,
        )

        return refused(self.code, literal_refusals(query.tree))
