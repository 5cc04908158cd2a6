"""Regular expressions in constants that the engine refuses, wherever one is taken."""

from __future__ import annotations

from collections.abc import Iterator

from generator.kql.syntax import Node
from generator.kql_evaluator.budget import OverBudgetError
from generator.kql_evaluator.errors import UnsupportedArgumentError
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.operators.parameters import parameter_text
from generator.kql_evaluator.patterns import (
    InvalidPatternError,
    compile_pattern,
    is_wrong_alone_only,
    pay_for,
)
from generator.kql_evaluator.refusals.bodies import Body, bodies, constant_of, once
from generator.kql_evaluator.refusals.refusal import Refusal
from generator.kql_evaluator.scope import name_text

PATTERN_ARGUMENTS = {
    "extract": 0,
    "extract_all": 0,
    "extractall": 0,
    "replace": 0,
    "replace_regex": 1,
    "trim": 0,
    "trim_start": 0,
    "trim_end": 0,
    "countof": 1,
    "indexof_regex": 1,
}
"""Which argument of a function is a regular expression; of countof() where the third says so."""


def pattern_refusals(tree: Node) -> Iterator[Refusal]:
    """Yield the constant patterns of a query that are no regular expressions for the engine."""
    return once(refusal for body in bodies(tree) for refusal in _in_body(body))


def _in_body(body: Body) -> Iterator[Refusal]:
    for node in body.nodes:
        if node.kind == "MatchesRegexExpression":
            yield from _judged(body, node.child("Right"))
        elif node.kind == "FunctionCallExpression":
            yield from _of_call(body, node)
        elif node.kind in {"ParseOperator", "ParseWhereOperator"}:
            yield from _of_parse(body, node)


def _of_call(body: Body, node: Node) -> Iterator[Refusal]:
    name = name_text(node.child("Name"))
    at = PATTERN_ARGUMENTS.get(name)
    if at is None or node.expansion is not None:
        return
    arguments = node.child("ArgumentList").child("Expressions").elements()
    if at >= len(arguments):
        return
    if name == "countof":
        kind = constant_of(body.scope, arguments[2]) if len(arguments) > 2 else None
        if kind is None or kind.value != "regex":
            return
    yield from _judged(body, arguments[at])


def _of_parse(body: Body, node: Node) -> Iterator[Refusal]:
    if (parameter_text(node, "kind") or "").lower() != "regex":
        return
    for item in node.child("Patterns").elements():
        if item.kind not in {"StarExpression", "NameAndTypeDeclaration", "NameDeclaration"}:
            for refusal in _judged(body, item):
                if not is_wrong_alone_only(refusal.message):
                    yield refusal


def _judged(body: Body, node: Node) -> Iterator[Refusal]:
    expression = constant_of(body.scope, node)
    if expression is None:
        return
    pattern = to_text(expression.value)
    try:
        pay_for(body.scope.compilation.effort.budget, pattern)
        compile_pattern(pattern)
    except InvalidPatternError as error:
        yield body.refusal(node, str(error))
    except (UnsupportedArgumentError, UnicodeEncodeError, OverBudgetError):
        return
