"""Calls of functions that a query or a workspace defines: arguments meet parameters.

The language service expands each call; its body is compiled where the call stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generator.kql.evaluator.scope import Binding, Scope, name_text
from generator.kql.service.syntax import Expansion, Node


def body_scope(scope: Scope, call: Node, arguments: Sequence[Binding]) -> tuple[Scope, Node]:
    """Return the scope of a called function's result expression, and that expression.

    Raises UnsupportedConstruct for a call without an expansion (recursion, too deep).
    """
    expansion = call.expansion
    if expansion is None:
        raise scope.unsupported(call)
    within = inside(scope, call, expansion)
    names: dict[str, Binding] = {}
    given = given_arguments(call)
    for index, parameter in enumerate(expansion.parameters):
        at = given.get(parameter.name, index if index not in given.values() else None)
        if at is not None and at < len(arguments) and parameter.name not in names:
            names[parameter.name] = arguments[at]
        elif parameter.default is not None:
            names[parameter.name] = within.without_rows().scalar(parameter.default)
        else:
            raise scope.failure(call, f"no argument for {parameter.name}")
    within = within.with_names(names)
    for statement in expansion.body.child("Statements").elements():
        within = within.after(statement)
    return within, expansion.body.child("Expression")


def given_arguments(call: Node) -> dict[str, int]:
    """Return which argument is given by name: `f(b=2, a=1)`."""
    listed = call.get("ArgumentList")
    arguments = () if listed is None else listed.child("Expressions").elements()
    return {
        name_text(argument.child("Name")): index
        for index, argument in enumerate(arguments)
        if argument.kind == "SimpleNamedExpression"
    }


def inside(scope: Scope, call: Node, expansion: Expansion) -> Scope:
    """Return the scope of a called body: where its nodes stand in the query."""
    # A body's offsets count from its own text; only that of a function which the query itself
    # defines stands in the query, anything else is reported at the call.
    if expansion.offset is None or scope.caller is not None or scope.offset:
        return replace(scope, caller=scope.place(call))
    return replace(scope, offset=expansion.offset)
