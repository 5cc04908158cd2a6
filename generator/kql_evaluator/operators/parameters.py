"""The `name=value` words behind an operator's keyword (`kind=leftouter`, `withsource=T`)."""

from __future__ import annotations

from generator.kql.syntax import Node
from generator.kql_evaluator.scope import name_text


def parameter(node: Node, *names: str) -> Node | None:
    """Return the value node of the first of these parameters that an operator has."""
    listed = node.get("Parameters")
    for item in listed.elements() if listed is not None else ():
        if item.kind == "NamedParameter" and name_text(item.child("Name")).lower() in names:
            return item.child("Expression")
    return None


def parameter_text(node: Node, *names: str) -> str | None:
    """Return a parameter's value as a word, or None where the operator does not have it."""
    value = parameter(node, *names)
    if value is None:
        return None
    return value.value if isinstance(value.value, str) else name_text(value)
