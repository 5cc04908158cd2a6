"""Texts that are no query: statements without a result, management commands."""

from __future__ import annotations

from collections.abc import Iterator

from generator.kql.syntax import Node
from generator.kql_evaluator.refusals.refusal import Refusal


def statement_refusals(tree: Node) -> Iterator[Refusal]:
    """Yield why the whole text returns nothing, where it does not."""
    if tree.kind == "CommandBlock":
        yield Refusal(
            "a management command, which begins with a dot, is no query",
            tree.start,
            tree.end,
            "write a query on tables",
        )
        return
    statements = tree.child("Statements").elements()
    if statements and not any(item.kind == "ExpressionStatement" for item in statements):
        last = statements[-1]
        yield Refusal(
            "the query has no result: it only declares what a query could use",
            last.start,
            last.end,
            "end it with an expression that uses what `let` declares",
        )
