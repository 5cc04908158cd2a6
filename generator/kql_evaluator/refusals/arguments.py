"""Constant arguments that a function or an operator refuses: `percentile(x, 101)`, `take -1`.

What is refused is what the evaluator's own functions refuse: they are asked here, with the
arguments that are constants. What they cannot compute is no refusal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.kql.syntax import Node
from generator.kql_evaluator.budget import OverBudgetError
from generator.kql_evaluator.errors import (
    EvaluationError,
    InvalidArgumentError,
    UnsupportedArgumentError,
    UnsupportedConstruct,
)
from generator.kql_evaluator.expressions.calls import applied_constants, arguments_of
from generator.kql_evaluator.functions.registry import Argument, Call
from generator.kql_evaluator.operators.rows import checked_count
from generator.kql_evaluator.patterns import InvalidPatternError
from generator.kql_evaluator.refusals.bodies import Body, bodies, constant_of, once
from generator.kql_evaluator.refusals.refusal import Refusal
from generator.kql_evaluator.runtime import Expression
from generator.kql_evaluator.scope import name_text, scalar_type


def argument_refusals(tree: Node) -> Iterator[Refusal]:
    """Yield the calls and operators of a query with a constant that they refuse."""
    return once(refusal for body in bodies(tree) for refusal in _in_body(body))


def _in_body(body: Body) -> Iterator[Refusal]:
    for node in body.nodes:
        if node.kind == "FunctionCallExpression" and node.expansion is None:
            yield from _of_call(body, node)
        elif node.kind in _COUNTED:
            yield from _of_row_count(body, node.child("Expression"))


_COUNTED = frozenset({"TakeOperator", "TopOperator", "SampleOperator", "SampleDistinctOperator"})


def _of_row_count(body: Body, node: Node) -> Iterator[Refusal]:
    expression = constant_of(body.scope, node)
    if expression is None:
        return
    try:
        checked_count(expression.value)
    except InvalidArgumentError as error:
        yield body.refusal(node, str(error))


def _of_call(body: Body, node: Node) -> Iterator[Refusal]:
    name = name_text(node.child("Name"))
    functions = body.scope.compilation.functions
    if name not in functions.scalars and name not in functions.aggregates:
        return
    nodes = arguments_of(node)
    found = [constant_of(body.scope, argument) for argument in nodes]
    if not any(found):
        return
    try:
        if name in functions.scalars:
            _ask_scalar(body, node, found)
        elif _constants_come_last(found):
            functions.aggregates[name].create(_call(name, node, nodes, found))
    except InvalidPatternError:
        return  # is said at the pattern itself
    except InvalidArgumentError as error:
        yield body.refusal(node, f"{name}(): {error}")
    except _NO_REFUSAL:
        return


_NO_REFUSAL = (
    EvaluationError,
    UnsupportedConstruct,
    UnsupportedArgumentError,
    UnicodeEncodeError,
    OverBudgetError,
    ArithmeticError,
    ValueError,
)


def _ask_scalar(body: Body, node: Node, found: Sequence[Expression | None]) -> None:
    name = name_text(node.child("Name"))
    function = body.scope.compilation.functions.scalars[name]
    if function.needs_run:
        return
    if None in found:
        function.prepare(_call(name, node, arguments_of(node), found))
        return
    applied_constants(
        body.scope, node, function, [expression for expression in found if expression]
    )


def _call(name: str, node: Node, nodes: Sequence[Node], found: Sequence[Expression | None]) -> Call:
    facts = tuple(
        Argument(scalar_type(argument))
        if expression is None
        else Argument(expression.type, is_constant=True, value=expression.value)
        for argument, expression in zip(nodes, found, strict=True)
    )
    return Call(name, facts, scalar_type(node))


def _constants_come_last(found: Sequence[Expression | None]) -> bool:
    """Whether everything behind the first constant is one: else a variable was not resolved."""
    first = next(index for index, expression in enumerate(found) if expression is not None)
    return None not in found[first:]
