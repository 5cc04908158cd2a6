"""SG453: regular expression that the engine refuses."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.kql.refused import refused
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, Problem, Severity
from generator.kql_service.inspection import BoundQuery


class RefusedPattern(TreeCheck):
    """A constant is used as a regular expression and is none."""

    code = Code(
        "SG453",
        summary="Regular expression that the engine refuses",
        explanation=(
            "The language service does not look into regular expressions; the engine does, "
            "and fails on look-ahead and look-behind, references back to groups, unclosed "
            "groups and classes, or a `*` with nothing before it. Write the condition with "
            "a second `where`, or escape the sign that is meant as itself. Patterns that a "
            "query computes from rows are not looked at."
        ),
        severity=Severity.ERROR,
        source="https://learn.microsoft.com/kusto/query/regex",
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each pattern that is no regular expression."""
        from generator.kql_evaluator.refusals.patterns import (  # noqa: PLC0415 - start-up time
            pattern_refusals,
        )

        return refused(self.code, pattern_refusals(query.tree))
