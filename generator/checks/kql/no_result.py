"""SG455: query without a result."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.kql.refused import refused
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, Problem, Severity
from generator.kql_service.inspection import BoundQuery


class NoResult(TreeCheck):
    """The text declares or commands, and returns no rows."""

    code = Code(
        "SG455",
        summary="Query without a result",
        explanation=(
            "A rule runs a query that returns rows. A text of `let` statements alone "
            "returns none, and a management command such as `.show tables` is not a query: "
            "Sentinel refuses both."
        ),
        severity=Severity.ERROR,
        source="https://learn.microsoft.com/kusto/query/statements",
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem where the text returns nothing."""
        from generator.kql_evaluator.refusals.statements import (  # noqa: PLC0415 - start-up time
            statement_refusals,
        )

        return refused(self.code, statement_refusals(query.tree))
