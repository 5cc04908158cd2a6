"""count() with an argument: an old form of countif(), or a value that is ignored.

The engine runs both, so this is for a warning and stands apart from `all`. Microsoft's emulator
counts two rows for count() of a value and a null; the language service names countif() as what
replaces count() of a condition.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.kql.syntax import Node
from generator.kql_evaluator.expressions.calls import arguments_of
from generator.kql_evaluator.refusals.bodies import bodies, once
from generator.kql_evaluator.refusals.refusal import Refusal
from generator.kql_evaluator.scope import name_text


def counts_with_argument(tree: Node) -> Iterator[Refusal]:
    """Yield the calls of count() that have an argument."""
    return once(_all(tree))


def _all(tree: Node) -> Iterator[Refusal]:
    for body in bodies(tree):
        for node in body.nodes:
            if node.kind != "FunctionCallExpression" or name_text(node.child("Name")) != "count":
                continue
            if node.expansion is not None or not arguments_of(node):
                continue
            if arguments_of(node)[0].type == "bool":
                yield body.refusal(
                    node, "count() of a condition counts as countif()", "write countif()"
                )
            else:
                yield body.refusal(
                    node,
                    "count() ignores its argument and counts all rows",
                    "write count(), or countif(isnotempty(…)) where only values count",
                )
