"""SG460: membership in a table of several columns."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, InQuery, Problem, Severity
from generator.kql.syntax import TableType
from generator.kql_service.inspection import BoundQuery

_MEMBERSHIP = frozenset(
    {
        "HasAnyExpression",
        "HasAllExpression",
        "InCsExpression",
        "InExpression",
        "NotInCsExpression",
        "NotInExpression",
    }
)


class SeveralColumns(TreeCheck):
    """`in (T)` where T has more than one column."""

    code = Code(
        "SG460",
        summary="Membership in a table of several columns",
        explanation=(
            "`X in (T)` compares with the first column of T and with no other. Where T has "
            "several, which one is first depends on how T was made, and a later change of it "
            "changes the rule without an error. End T with a project of the one column."
        ),
        severity=Severity.NOTE,
        source=(
            "https://learn.microsoft.com/kusto/query/in-operator (of a tabular expression with "
            "several columns the first one is used)"
        ),
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each table with more than one known column."""
        for node in query.tree.walk():
            if node.kind not in _MEMBERSHIP:
                continue
            items = node.child("Right").child("Expressions").elements()
            table = items[0].type if len(items) == 1 else None
            if isinstance(table, TableType) and len(table.columns) > 1:
                yield Problem(
                    self.code,
                    f"the table has {len(table.columns)} columns; only the first one, "
                    f"{table.columns[0][0]}, is compared with",
                    InQuery(items[0].start, items[0].end),
                    "end it with a project of the one column",
                )
