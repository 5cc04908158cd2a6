"""SG471: parse-where of kind relaxed."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.kql.refused import refused
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, Problem, Severity
from generator.kql_service.inspection import BoundQuery


class RelaxedParseWhere(TreeCheck):
    """The operator has no such kind."""

    code = Code(
        "SG471",
        summary="parse-where of kind relaxed",
        explanation=(
            "parse-where keeps the rows that fit its pattern with all types, so it knows "
            "the kinds simple and regex alone. The language service takes `kind=relaxed` as "
            "well, the engine refuses it."
        ),
        severity=Severity.ERROR,
        source="https://learn.microsoft.com/kusto/query/parse-where-operator",
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each `parse-where kind=relaxed`."""
        from generator.kql_evaluator.refusals.parse_where import (  # noqa: PLC0415 - start-up time
            parse_where_refusals,
        )

        return refused(self.code, parse_where_refusals(query.tree))
