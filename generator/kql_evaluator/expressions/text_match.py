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

Match = Callable[[str, str, Budget | None], bool]
"""Whether a text matches another one; the budget pays for what is looked at more than once."""


def _found_at_terms(
    text: str, term: str, budget: Budget | None, *, left: bool, right: bool
) -> bool:
    if not term:
        return True
    start = text.find(term)
    while start >= 0:
        if budget is not None:
            budget.step(_STEPS_OF_A_FIND + (len(term) >> 4))
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
_STEPS_OF_A_FIND = 16
"""What each place takes where a term may stand that turns out to be a part of a longer one."""


def _looked_through(
    match: Match, left: Expression, right: Expression, budget: Budget
) -> Expression:
    """Return the expression that matches two texts; long ones are paid by their length.

    A term that begins at every place of a text is compared there each time. `budget` pays for
    constants. Raises OverBudgetError.
    """
    if left.is_constant and right.is_constant:
        return binary(lambda text, part: match(text, part, budget), left, right, "bool")
    read_text, read_part = left.evaluate, right.evaluate

    def evaluate(row: Row, run: Run) -> Value:
        text, part = read_text(row, run), read_part(row, run)
        if len(text) > _SHORT:
            run.budget.step((len(text) >> 6) * (1 + (len(part) >> 6)))
        return match(text, part, run.budget)

    return Expression(evaluate, "bool", max(left.varies, right.varies))


def has_term(text: str, term: str, budget: Budget | None = None) -> bool:
    """Whether a text holds a whole term; both in the case to compare. Raises OverBudgetError."""
    return _found_at_terms(text, term, budget, left=True, right=True)


def _has_prefix(text: str, term: str, budget: Budget | None) -> bool:
    return _found_at_terms(text, term, budget, left=True, right=False)


def _has_suffix(text: str, term: str, budget: Budget | None) -> bool:
    return _found_at_terms(text, term, budget, left=False, right=True)


_MATCHES: dict[str, Match] = {
    "Contains": lambda text, part, _: part in text,
    "StartsWith": lambda text, part, _: text.startswith(part),
    "EndsWith": lambda text, part, _: text.endswith(part),
    "Has": has_term,
    "HasPrefix": _has_prefix,
    "HasSuffix": _has_suffix,
}


def _ignoring_case(match: Match) -> Match:
    return lambda text, part, budget: match(text.lower(), part.lower(), budget)


def _negated(match: Match) -> Match:
    return lambda text, part, budget: not match(text, part, budget)


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
        budget = scope.compilation.effort.budget
        left = converted(scope.scalar(node.child("Left")), "string", budget)
        right = converted(scope.scalar(node.child("Right")), "string", budget)
        return _looked_through(match, left, right, budget)

    return compile_match


def _matches_regex(scope: Scope, node: Node) -> Expression:
    left = converted(scope.scalar(node.child("Left")), "string")
    right = converted(scope.scalar(node.child("Right")), "string")

    def matches(text: str, pattern: str, _: Budget | None = None) -> bool:
        try:
            return compile_pattern(pattern).search(text) is not None
        except InvalidArgumentError as error:
            raise scope.failure(node.child("Right"), str(error)) from None
        except UnsupportedArgumentError as error:
            raise scope.unsupported(node.child("Right"), "matches regex", str(error)) from None

    def paid(text: str, pattern: str, budget: Budget) -> bool:
        with suppress(InvalidArgumentError, UnsupportedArgumentError):  # matching says so
            pay_for(budget, pattern)
        return matches(text, pattern)

    if right.is_constant:
        paid("", right.value, scope.compilation.effort.budget)
        return _looked_through(matches, left, right, scope.compilation.effort.budget)
    read_text, read_pattern = left.evaluate, right.evaluate

    def evaluate(row: Row, run: Run) -> Value:
        text, pattern = read_text(row, run), read_pattern(row, run)
        run.budget.look(text)
        return paid(text, pattern, run.budget)

    return Expression(evaluate, "bool", max(left.varies, right.varies))


HANDLERS: dict[str, ScalarHandler] = {**_handlers(), "MatchesRegexExpression": _matches_regex}
