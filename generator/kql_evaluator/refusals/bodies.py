"""The parts of a query that run: its own text, and the body of every function that it calls.

A function that is declared and never called is left out: the engine looks into it only on a call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from generator.kql.environment import Environment
from generator.kql.syntax import Expansion, Node, TableType
from generator.kql_evaluator.budget import OF_A_LOOK, Budget, Effort, OverBudgetError
from generator.kql_evaluator.errors import EvaluationError, UnsupportedConstruct
from generator.kql_evaluator.functions import catalogue
from generator.kql_evaluator.handlers import HANDLERS
from generator.kql_evaluator.refusals.refusal import Refusal
from generator.kql_evaluator.runtime import Expression
from generator.kql_evaluator.scope import Compilation, Scope, name_text
from generator.kql_evaluator.user_functions import (
    BEFORE_INVOKE,
    inside,
    listed_arguments,
    matched_arguments,
)


@dataclass(frozen=True, slots=True)
class Body:
    """A text that runs. `scope` knows its constants by name and places its nodes in the query.

    `nodes` are in the order of the text, without tokens and without declared functions' bodies.
    """

    scope: Scope
    nodes: tuple[Node, ...]

    def refusal(self, node: Node, message: str, help_: str | None = None) -> Refusal:
        """Return the refusal of a node."""
        start, end = self.scope.place(node)
        return Refusal(message, start, end, help_)


def bodies(tree: Node) -> Iterator[Body]:
    """Yield the query itself, then the bodies of its calls, each with the constants of its call."""
    scope = Scope(
        Compilation(Environment(), catalogue(), HANDLERS, effort=Effort(budget=Budget(OF_A_LOOK)))
    )
    query = _body(scope, tree)
    pending = [query]
    while pending:
        body = pending.pop()
        yield body
        for node in body.nodes:
            if node.expansion is not None:
                pending.append(_called(query.scope, body.scope, node, node.expansion))
                yield from _defaults(body.scope, node, node.expansion)


def _nodes(root: Node) -> tuple[Node, ...]:
    found: list[Node] = []
    pending = [root]
    while pending:
        node = pending.pop()
        if node.kind != "FunctionDeclaration":
            found.append(node)
            pending += [child for child in reversed(node.children) if child.text is None]
    return tuple(found)


def once(refusals: Iterator[Refusal]) -> Iterator[Refusal]:
    """Yield each refusal once in the order of the text: a function called twice gives it twice."""
    ordered = sorted(set(refusals), key=lambda item: (item.start, item.end, item.message))
    if ordered:
        yield ordered[0]
    for before, item in pairwise(ordered):
        if (before.start, before.end) != (item.start, item.end):
            yield item


def constant_of(scope: Scope, node: Node) -> Expression | None:
    """Return the value of an expression that is the same in every run and on every row, or None.

    None also for what this evaluator cannot compute, and for what is refused by itself.
    """
    if not all(_may_be_constant(scope, part) for part in node.walk()):
        return None
    try:
        expression = scope.scalar(node)
    except (
        EvaluationError,
        UnsupportedConstruct,
        OverBudgetError,
        RecursionError,
        UnicodeEncodeError,
    ):
        return None
    return expression if expression.is_constant else None


_VARYING = frozenset(
    {"ToScalarExpression", "ToTableExpression", "PipeExpression", "StarExpression"}
)


def _may_be_constant(scope: Scope, node: Node) -> bool:
    if node.kind == "NameReference" and node.slot != "Name":
        is_variable = node.symbol is not None and node.symbol.kind == "Variable"
        return is_variable and isinstance(scope.names.get(name_text(node)), Expression)
    if node.kind == "FunctionCallExpression":
        function = scope.compilation.functions.scalars.get(name_text(node.child("Name")))
        return node.expansion is None and function is not None and not function.needs_run
    return node.kind not in _VARYING


def _body(scope: Scope, root: Node) -> Body:
    statements = root.get("Statements")
    for statement in () if statements is None else statements.elements():
        if statement.kind == "LetStatement":
            value = statement.child("Expression")
            if value.kind == "FunctionDeclaration" or isinstance(value.type, TableType):
                continue
            expression = constant_of(scope, value)
            if expression is not None:
                scope = scope.with_names({name_text(statement.child("Name")): expression})
    return Body(scope, _nodes(root))


def _defaults(scope: Scope, call: Node, expansion: Expansion) -> Iterator[Body]:
    """Yield the defaults that a call uses."""
    # They stand in the text that declares the function, which is known of the query alone.
    if expansion.offset is None or scope.caller is not None or scope.offset:
        scope = replace(scope, caller=scope.place(call))
    matched = matched_arguments(call, expansion)
    for parameter in expansion.parameters:
        if parameter.default is not None and parameter.name not in matched:
            yield Body(scope, _nodes(parameter.default))


def _called(query: Scope, scope: Scope, call: Node, expansion: Expansion) -> Body:
    """A function of the query sees the query's constants, one from elsewhere only its arguments."""
    seen = {} if expansion.offset is None else query.names
    within = replace(inside(scope, call, expansion), names=seen)
    arguments = listed_arguments(call)
    matched = matched_arguments(call, expansion)
    names = dict(within.names)
    for parameter in expansion.parameters:
        names.pop(parameter.name, None)
        at = matched.get(parameter.name)
        if at == BEFORE_INVOKE:
            value = None
        elif at is not None:
            value = constant_of(scope, arguments[at])
        elif parameter.default is not None:
            value = constant_of(within.without_rows(), parameter.default)
        else:
            value = None
        if value is not None:
            names[parameter.name] = value
    return _body(replace(within, names=names), expansion.body)
