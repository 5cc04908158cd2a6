"""SG457: results of different types."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.kql.refused import refused
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, Problem, Severity
from generator.kql_service.inspection import BoundQuery


class BranchTypes(TreeCheck):
    """iff() or case() chooses between values that have no common type."""

    code = Code(
        "SG457",
        summary="Results of different types",
        explanation=(
            "The results of iff() and case() must have one type. The language service takes "
            "a text beside a number; the engine refuses it. Numbers of different types, and "
            "dynamic beside another type, are not reported."
        ),
        severity=Severity.ERROR,
        source="https://learn.microsoft.com/kusto/query/case-function",
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each call whose results differ in type."""
        from generator.kql_evaluator.refusals.branches import (  # noqa: PLC0415 - start-up time
            branch_refusals,
        )

        return refused(self.code, branch_refusals(query.tree))
