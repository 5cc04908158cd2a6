"""Dynamic values where rows are matched, grouped or ordered by them.

The language service refuses them in `summarize by`, `sort by`, `distinct` and in
`on $left.a == $right.b`, and overlooks them in the forms that are listed here.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.kql.syntax import Node
from generator.kql_evaluator.refusals.bodies import Body, bodies, once
from generator.kql_evaluator.refusals.refusal import Refusal


def key_refusals(tree: Node) -> Iterator[Refusal]:
    """Yield the dynamic keys of a query."""
    return once(refusal for body in bodies(tree) for refusal in _in_body(body))


def _in_body(body: Body) -> Iterator[Refusal]:
    for node in body.nodes:
        for key, use in _keys(node):
            if key.type == "dynamic":
                yield body.refusal(
                    key, f"{use} cannot be dynamic", "convert it first, for example with tostring()"
                )


def _keys(node: Node) -> Iterator[tuple[Node, str]]:
    if node.kind in {"JoinOperator", "LookupOperator"}:
        clause = node.get("ConditionClause") or node.get("LookupClause")
        if clause is not None and clause.kind == "JoinOnClause":
            for key in clause.child("Expressions").elements():
                if key.kind == "NameReference":
                    yield key, "the key of a join"
    elif node.kind == "TopOperator":
        by = node.child("ByExpression")
        yield by.child("Expression") if by.kind == "OrderedExpression" else by, "what top orders by"
