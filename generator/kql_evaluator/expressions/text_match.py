"""String operators: contains, startswith, endswith, has and its prefix and suffix, matches regex.

Without `_cs` they ignore case. `has` looks for whole terms: what it finds must not continue, on
either side, with a letter or a digit.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from generator.kql.syntax import Node
from generator.kql_evaluator.budget import Budget
from generator.kql_evaluator.errors import InvalidArgumentError, UnsupportedArgumentError
from generator.kql_evaluator.expressions.folding import binary, converted
from generator.kql_evaluator.patterns import compile_pattern, pay_for
from generator.kql_evaluator.runtime import Expression, Run
from generator.kql_evaluator.scope import ScalarHandler, Scope
from generator.kql_evaluator.values import Row, Value

Match = Callable[[str, str], bool]


def _found_at_terms(text: str, term: str, *, left: bool, right: bool) -> bool:
    if not term:
        return True
    start = text.find(term)
    while start >= 0:
        end = start + len(term)
        free_left = not left or start == 0 or not (text[start - 1].isalnum() and term[0].isalnum())
        free_right = (
            not right or end == len(text) or not (text[end].isalnum() and term[-1].isalnum())
        )
        if free_left and free_right:
            return True
        start = text.find(term, start + 1)
    return False


_SHORT = 64


def _looked_through(match: Match, left: Expression, right: Expression) -> Expression:
    """Return the expression that matches two texts; long ones are paid by their length.

    A term that begins at every place of a text is compared there each time.
    """
    if left.is_constant and right.is_constant:
        return binary(match, left, right, "bool")
    read_text, read_part = left.evaluate, right.evaluate

    def evaluate(row: Row, run: Run) -> Value:
        text, part = read_text(row, run), read_part(row, run)
        if len(text) > _SHORT:
            run.budget.step((len(text) >> 6) * (1 + (len(part) >> 6)))
        return match(text, part)

    return Expression(evaluate, "bool", max(left.varies, right.varies))


def has_term(text: str, term: str) -> bool:
    """Whether a text holds a whole term; both in the case to compare."""
    return _found_at_terms(text, term, left=True, right=True)


def _has_prefix(text: str, term: str) -> bool:
    return _found_at_terms(text, term, left=True, right=False)


def _has_suffix(text: str, term: str) -> bool:
    return _found_at_terms(text, term, left=False, right=True)


_MATCHES: dict[str, Match] = {
    "Contains": lambda text, part: part in text,
    "StartsWith": str.startswith,
    "EndsWith": str.endswith,
    "Has": has_term,
    "HasPrefix": _has_prefix,
    "HasSuffix": _has_suffix,
}


def _ignoring_case(match: Match) -> Match:
    return lambda text, part: match(text.lower(), part.lower())


def _negated(match: Match) -> Match:
    return lambda text, part: not match(text, part)


def _handlers() -> dict[str, ScalarHandler]:
    handlers: dict[str, ScalarHandler] = {}
    for name, match in _MATCHES.items():
        loose = _ignoring_case(match)
        handlers[f"{name}CsExpression"] = _handler(match)
        handlers[f"{name}Expression"] = _handler(loose)
        handlers[f"Not{name}CsExpression"] = _handler(_negated(match))
        handlers[f"Not{name}Expression"] = _handler(_negated(loose))
    return handlers


def _handler(match: Match) -> ScalarHandler:
    def compile_match(scope: Scope, node: Node) -> Expression:
        left = converted(scope.scalar(node.child("Left")), "string")
        right = converted(scope.scalar(node.child("Right")), "string")
        return _looked_through(match, left, right)

    return compile_match


def _matches_regex(scope: Scope, node: Node) -> Expression:
    left = converted(scope.scalar(node.child("Left")), "string")
    right = converted(scope.scalar(node.child("Right")), "string")

    def matches(text: str, pattern: str) -> Value:
        try:
            return compile_pattern(pattern).search(text) is not None
        except InvalidArgumentError as error:
            raise scope.failure(node.child("Right"), str(error)) from None
        except UnsupportedArgumentError as error:
            raise scope.unsupported(node.child("Right"), "matches regex", str(error)) from None

    def paid(text: str, pattern: str, budget: Budget) -> Value:
        with suppress(InvalidArgumentError, UnsupportedArgumentError):  # matching says so
            pay_for(budget, pattern)
        return matches(text, pattern)

    if right.is_constant:
        paid("", right.value, scope.compilation.effort.budget)
        return _looked_through(matches, left, right)
    read_text, read_pattern = left.evaluate, right.evaluate

    def evaluate(row: Row, run: Run) -> Value:
        text, pattern = read_text(row, run), read_pattern(row, run)
        run.budget.look(text)
        return paid(text, pattern, run.budget)

    return Expression(evaluate, "bool", max(left.varies, right.varies))


HANDLERS: dict[str, ScalarHandler] = {**_handlers(), "MatchesRegexExpression": _matches_regex}
