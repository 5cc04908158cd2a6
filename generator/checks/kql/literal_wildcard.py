"""SG461: an asterisk that is compared with as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.checks.kql.declarations import Declarations, declarations_of
from generator.checks.kql.pipelines import unwrapped
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, InQuery, Problem, Severity
from generator.kql.syntax import Node
from generator.kql_service.inspection import BoundQuery

_COMPARISON = re.compile(
    r"(?:Not)?(?:Contains|StartsWith|EndsWith|Has|HasPrefix|HasSuffix|EqualTilde|BangTilde|Equal|"
    r"In|HasAny|HasAll)(?:Cs)?Expression|NotEqualExpression"
)
_AT_AN_EDGE = re.compile(r"\*+[^*\s/].*|.*[^*\s/:]\*+", re.DOTALL)
_LITERALS = frozenset({"StringLiteralExpression", "CompoundStringLiteralExpression"})


class LiteralWildcard(TreeCheck):
    """A column is compared with a text that begins or ends with `*`."""

    code = Code(
        "SG461",
        summary="Wildcard that is taken literally",
        explanation=(
            'Only `matches regex` and the names of tables have patterns in KQL: `contains "*x*"` '
            "looks for the asterisks themselves and usually finds nothing. `contains` needs none; "
            "for a beginning or an end use `startswith` or `endswith`. Where the value does hold "
            "an asterisk, waive the note."
        ),
        severity=Severity.NOTE,
        source="https://learn.microsoft.com/kusto/query/datatypes-string-operators",
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each text with an asterisk at an edge and other text beside it."""
        if "*" not in query.text:
            return
        declarations = declarations_of(query.tree)
        seen: set[int] = set()
        for node in query.tree.walk():
            if _COMPARISON.fullmatch(node.kind) is None or not _names_column(node.get("Left")):
                continue
            for literal in _compared(node.child("Right"), declarations, seen):
                if _has_edge(literal):
                    yield Problem(
                        self.code,
                        "`*` stands for itself here, not for any text",
                        InQuery(literal.start, literal.end),
                        "leave it out and choose the operator: contains, startswith or endswith",
                    )


def _compared(right: Node, declarations: Declarations, seen: set[int]) -> Iterator[Node]:
    """Yield the texts that a column is compared with, in lists and let values as well.

    `seen` takes what was looked at, so that a list that is used twice is told of once.
    """
    pending = [right]
    while pending:
        node = unwrapped(pending.pop())
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.kind in _LITERALS:
            yield node
        elif node.kind == "ExpressionList":
            pending.extend(node.child("Expressions").elements())
        elif node.kind == "DynamicExpression":
            pending.append(node.child("Expression"))
        elif node.kind == "JsonArrayExpression":
            pending.extend(node.child("Values").elements())
        elif node.kind == "NameReference":
            value = declarations.value_of(node)
            if value is not None:
                pending.append(value)


def _has_edge(literal: Node) -> bool:
    return isinstance(literal.value, str) and _AT_AN_EDGE.fullmatch(literal.value) is not None


def _names_column(left: Node | None) -> bool:
    return left is not None and any(
        node.symbol is not None and node.symbol.kind == "Column" for node in left.walk()
    )
