"""Paths and indexes into values that have no members: texts, numbers, dates.

The language service refuses them as well, as if a column with the member's name were missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.kql.syntax import Node
from generator.kql_evaluator.refusals.bodies import Body, bodies, once
from generator.kql_evaluator.refusals.refusal import Refusal
from generator.kql_evaluator.scope import name_text

_PATHS = frozenset({"PathExpression", "ElementExpression"})
_SIMPLE = frozenset(
    {"bool", "int", "long", "real", "decimal", "string", "datetime", "timespan", "guid"}
)
_BY_DEFAULT = frozenset({"column_ifexists", "columnifexists"})


def member_refusals(tree: Node) -> Iterator[Refusal]:
    """Yield the paths of a query into simple values, each at what is selected."""
    return once(refusal for body in bodies(tree) for refusal in _in_body(body))


def _in_body(body: Body) -> Iterator[Refusal]:
    for node in body.nodes:
        if node.kind not in _PATHS:
            continue
        value = node.child("Expression")
        if value.type not in _SIMPLE:
            continue
        help_ = "only a dynamic value has members: parse_json(…) makes one of a text"
        if value.kind == "FunctionCallExpression" and name_text(value.child("Name")) in _BY_DEFAULT:
            help_ = "write dynamic(null) as the default of column_ifexists(), or use parse_json(…)"
        message = f"a value of type {value.type} has no members"
        yield body.refusal(node.child("Selector"), message, help_)
