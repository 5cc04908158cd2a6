"""SG472: member of a value that has none."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.kql.refused import refused
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, Problem, Severity
from generator.kql_service.inspection import BoundQuery


class MemberOfSimpleValue(TreeCheck):
    """A path or an index into a text or a number."""

    code = Code(
        "SG472",
        summary="Member of a value that has none",
        explanation=(
            "Only a dynamic value has members: `Column.name` and `Column[0]` on a text are "
            "refused. Parse the text first, as in `parse_json(Column).name`. "
            "column_ifexists() gives a value of its default's type where the column does "
            "not exist: write `dynamic(null)` as the default where a path follows."
        ),
        severity=Severity.ERROR,
        source="https://learn.microsoft.com/kusto/query/scalar-data-types/dynamic",
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each path into a simple value."""
        from generator.kql_evaluator.refusals.members import (  # noqa: PLC0415 - start-up time
            member_refusals,
        )

        return refused(self.code, member_refusals(query.tree))
