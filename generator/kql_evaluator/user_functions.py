"""Calls of functions that a query or a workspace defines: arguments meet parameters.

The language service expands each call; its body is compiled where the call stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generator.kql.syntax import Expansion, Node
from generator.kql_evaluator.scope import Binding, Scope, name_text


def body_scope(scope: Scope, call: Node, arguments: Sequence[Binding]) -> tuple[Scope, Node]:
    """Return the scope of a called function's result expression, and that expression.

    Raises UnsupportedConstruct for a call without an expansion (recursion, too deep).
    """
    expansion = call.expansion
    if expansion is None:
        raise scope.unsupported(call)
    within = inside(scope, call, expansion)
    names: dict[str, Binding] = {}
    shift = _implicit_arguments(call)
    matched = matched_arguments(call, expansion)
    for parameter in expansion.parameters:
        at = matched.get(parameter.name)
        if at is not None:
            names[parameter.name] = arguments[at + shift]
        elif parameter.default is not None:
            names[parameter.name] = within.without_rows().scalar(parameter.default)
        else:
            raise scope.failure(call, f"no argument for {parameter.name}")
    within = within.with_names(names)
    for statement in expansion.body.child("Statements").elements():
        within = within.after(statement)
    return within, expansion.body.child("Expression")


BEFORE_INVOKE = -1
"""In place of an argument's index: the table before `invoke`, which the first parameter gets."""


def matched_arguments(call: Node, expansion: Expansion) -> dict[str, int]:
    """Return by parameter which argument of the list it gets, by name or by position."""
    arguments = listed_arguments(call)
    by_name = {
        name_text(argument.child("Name")): index
        for index, argument in enumerate(arguments)
        if argument.kind == "SimpleNamedExpression"
    }
    first = -_implicit_arguments(call)
    by_position = set(range(first, len(arguments))) - set(by_name.values())
    matched: dict[str, int] = {}
    for position, parameter in enumerate(expansion.parameters, start=first):
        if parameter.name in by_name:
            matched[parameter.name] = by_name[parameter.name]
        elif position in by_position:
            matched[parameter.name] = position
    return matched


def listed_arguments(call: Node) -> tuple[Node, ...]:
    """Return the arguments that a call lists; none where a name alone is the call."""
    listed = call.get("ArgumentList")
    return () if listed is None else listed.child("Expressions").elements()


def _implicit_arguments(call: Node) -> int:
    """How many arguments stand before the list: the table of `T | invoke f(…)`."""
    return 1 if call.slot == "Function" else 0


def inside(scope: Scope, call: Node, expansion: Expansion) -> Scope:
    """Return the scope of a called body: where its nodes stand in the query."""
    # A body's offsets count from its own text; only that of a function which the query itself
    # defines stands in the query, anything else is reported at the call.
    if expansion.offset is None or scope.caller is not None or scope.offset:
        return replace(scope, caller=scope.place(call))
    return replace(scope, offset=expansion.offset)
