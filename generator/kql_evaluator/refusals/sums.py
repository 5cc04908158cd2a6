"""Sums of two dates, which the language service takes for a date."""

from __future__ import annotations

from collections.abc import Iterator

from generator.kql.syntax import Node
from generator.kql_evaluator.refusals.bodies import bodies, once
from generator.kql_evaluator.refusals.refusal import Refusal


def sum_refusals(tree: Node) -> Iterator[Refusal]:
    """Yield each addition of two datetimes (KQL reference, datetime arithmetic: subtract only)."""
    return once(_all(tree))


def _all(tree: Node) -> Iterator[Refusal]:
    for body in bodies(tree):
        for node in body.nodes:
            if (
                node.kind == "AddExpression"
                and node.child("Left").type == node.child("Right").type == "datetime"
            ):
                yield body.refusal(
                    node, "two dates cannot be added", "add a timespan, or subtract the dates"
                )
