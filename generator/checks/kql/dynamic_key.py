"""SG470: dynamic key."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.kql.refused import refused
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, Problem, Severity
from generator.kql_service.inspection import BoundQuery


class DynamicKey(TreeCheck):
    """Rows are matched or ordered by a value of type dynamic."""

    code = Code(
        "SG470",
        summary="Dynamic key",
        explanation=(
            "join, lookup, sort and top need keys of a simple type. The language service says so "
            "for most forms and overlooks `on Column` and `top … by Column`; the engine does not. "
            "Convert the value before: `extend Key = tostring(Key)`."
        ),
        severity=Severity.ERROR,
        source=(
            "https://github.com/microsoft/Kusto-Query-Language (the language service, KS116 and "
            "KS241)"
        ),
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each dynamic key that the language service overlooks."""
        from generator.kql_evaluator.refusals.keys import (  # noqa: PLC0415 - start-up time
            key_refusals,
        )

        return refused(self.code, key_refusals(query.tree))
