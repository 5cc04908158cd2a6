"""Kinds of parse-where that the engine does not have."""

from __future__ import annotations

from collections.abc import Iterator

from generator.kql.syntax import Node
from generator.kql_evaluator.operators.parameters import parameter, parameter_text
from generator.kql_evaluator.refusals.bodies import bodies, once
from generator.kql_evaluator.refusals.refusal import Refusal


def parse_where_refusals(tree: Node) -> Iterator[Refusal]:
    """Yield each `parse-where kind=relaxed`: what does not fit is what the operator drops."""
    return once(_all(tree))


def _all(tree: Node) -> Iterator[Refusal]:
    for body in bodies(tree):
        for node in body.nodes:
            if node.kind != "ParseWhereOperator":
                continue
            kind = parameter(node, "kind")
            if kind is not None and (parameter_text(node, "kind") or "").lower() == "relaxed":
                yield body.refusal(
                    kind,
                    "parse-where has no kind relaxed",
                    "use `parse kind=relaxed` and a `where`",
                )
