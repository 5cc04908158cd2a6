"""Equality, order, `between`, and the logic of true, false and null.

Null beside a value is unequal, null beside null is null (KQL reference, null values); for order and
`and`/`or`/`not` null is the unknown of three-valued logic.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence

from generator.kql.syntax import Node
from generator.kql_evaluator.budget import Budget
from generator.kql_evaluator.expressions.folding import binary, converted, unary, varies_most
from generator.kql_evaluator.runtime import LARGE, Expression, Run, constant
from generator.kql_evaluator.scope import ScalarHandler, Scope
from generator.kql_evaluator.values import NUMERIC_TYPES, Row, Timespan, Value

_LOOSE = frozenset({"dynamic", "unknown"})


def comparable(
    left: Expression, right: Expression, budget: Budget | None = None
) -> tuple[Expression, Expression]:
    """Return two operands under types that compare: dynamic is cast to the other's type.

    A number beside text becomes text (Sentinel accepts `ResultType == 50126`), other text is read
    as what stands beside it; true is 1. `budget` pays for constants. Raises OverBudgetError.
    """
    common = _common_type(left.type, right.type)
    if common is None:
        return left, right
    return converted(left, common, budget), converted(right, common, budget)


def _common_type(left: str, right: str) -> str | None:
    """Return the type to compare under, or None where the values compare as they are."""
    types = {left, right}
    strict = types - _LOOSE
    if len(strict) < len(types):
        return _cast_type(strict.pop()) if strict else None
    if len(types) == 1:
        return None
    if "string" in types:
        (partner,) = types - {"string"}
        return "string" if partner in NUMERIC_TYPES else partner
    if "bool" in types and types & NUMERIC_TYPES:
        return "real"
    return "decimal" if "decimal" in types and types <= NUMERIC_TYPES else None


def _cast_type(kql_type: str) -> str:
    # A bag's 5.5 beside a whole number must not be cut to it.
    return "real" if kql_type in {"int", "long"} else kql_type


def equal_values(left: Value, right: Value) -> bool:
    """Whether two values that are not null are equal; true is no number."""
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return bool(left == right)


def _equal(left: Value, right: Value) -> bool | None:
    if left is None or right is None:
        return None if left is right else False
    return equal_values(left, right)


def _unequal(left: Value, right: Value) -> bool | None:
    if left is None or right is None:
        return None if left is right else True
    return not equal_values(left, right)


def _equal_text(left: str, right: str) -> bool:
    return left.lower() == right.lower()


def _ordered(compare: Callable[[Value, Value], bool]) -> Callable[[Value, Value], bool | None]:
    def compute(left: Value, right: Value) -> bool | None:
        if left is None or right is None:
            return None
        try:
            return bool(compare(left, right))
        except TypeError:
            return None

    return compute


_ORDERS = {
    "LessThanExpression": operator.lt,
    "LessThanOrEqualExpression": operator.le,
    "GreaterThanExpression": operator.gt,
    "GreaterThanOrEqualExpression": operator.ge,
}


def _compared(
    scope: Scope, compute: Callable[[Value, Value], Value], left: Expression, right: Expression
) -> Expression:
    """Return the expression that compares two values; large ones are paid for."""
    if left.is_constant and right.is_constant:
        scope.compilation.effort.budget.read(left.value, right.value)
        return binary(compute, left, right, "bool")
    if not {left.type, right.type} & _SIZED:
        return binary(compute, left, right, "bool")
    read_left, read_right = left.evaluate, right.evaluate

    def evaluate(row: Row, run: Run) -> Value:
        one, other = read_left(row, run), read_right(row, run)
        if type(one) in LARGE and type(other) in LARGE:
            run.budget.read(one, other)
        return compute(one, other)

    return Expression(evaluate, "bool", max(left.varies, right.varies))


_SIZED = _LOOSE | {"string"}


def _operands(scope: Scope, node: Node) -> tuple[Expression, Expression]:
    left, right = scope.scalar(node.child("Left")), scope.scalar(node.child("Right"))
    return comparable(left, right, scope.compilation.effort.budget)


def _equality(scope: Scope, node: Node) -> Expression:
    left, right = _operands(scope, node)
    return _compared(scope, _equal if node.kind == "EqualExpression" else _unequal, left, right)


def _order(scope: Scope, node: Node) -> Expression:
    left, right = _operands(scope, node)
    return _compared(scope, _ordered(_ORDERS[node.kind]), left, right)


def _tilde(scope: Scope, node: Node) -> Expression:
    budget = scope.compilation.effort.budget
    left = converted(scope.scalar(node.child("Left")), "string", budget)
    right = converted(scope.scalar(node.child("Right")), "string", budget)
    if node.kind == "EqualTildeExpression":
        return _compared(scope, _equal_text, left, right)
    return _compared(scope, lambda one, other: not _equal_text(one, other), left, right)


def _between(scope: Scope, node: Node) -> Expression:
    value = scope.scalar(node.child("Left"))
    couple = node.child("Right")
    low, high = scope.scalar(couple.child("First")), scope.scalar(couple.child("Second"))
    if low.type == "datetime" and high.type == "timespan":
        # `between (datetime .. timespan)` counts the upper bound from the lower one.
        high = binary(_later, low, high, "datetime")
    at_least_value, low = comparable(value, low)
    at_most_value, high = comparable(value, high)
    bounds = (
        _compared(scope, _ordered(operator.ge), at_least_value, low),
        _compared(scope, _ordered(operator.le), at_most_value, high),
    )
    is_in = _junction(bounds, decisive=False)
    return is_in if node.kind == "BetweenExpression" else unary(negation, is_in, "bool")


def _later(moment: Value, length: Timespan | None) -> Value:
    return None if moment is None or length is None else type(moment)(moment + length)


def negation(value: bool | None) -> bool | None:
    """Return not(value)."""
    return None if value is None else not value


def _junction(operands: Sequence[Expression], *, decisive: bool) -> Expression:
    """Return `and` (decided by false) or `or` (by true); later operands only when needed."""
    if all(operand.is_constant for operand in operands):
        return constant(_decided((o.value for o in operands), decisive=decisive), "bool")
    readers = [operand.evaluate for operand in operands]

    def evaluate(row: Row, run: Run) -> Value:
        return _decided((read(row, run) for read in readers), decisive=decisive)

    return Expression(evaluate, "bool", varies_most(operands))


def _decided(values: Iterable[bool | None], *, decisive: bool) -> bool | None:
    unknown = False
    for value in values:
        if value is decisive:
            return decisive
        unknown = unknown or value is None
    return None if unknown else not decisive


def _logic(scope: Scope, node: Node) -> Expression:
    # Lists of hundreds of conditions are one deep tree to the left: taken apart without recursion.
    nodes = []
    rest = node
    while rest.kind == node.kind:
        nodes.append(rest.child("Right"))
        rest = rest.child("Left")
    nodes.append(rest)
    operands = [converted(scope.scalar(part), "bool") for part in reversed(nodes)]
    return _junction(operands, decisive=node.kind == "OrExpression")


HANDLERS: dict[str, ScalarHandler] = {
    "EqualExpression": _equality,
    "NotEqualExpression": _equality,
    **dict.fromkeys(_ORDERS, _order),
    "EqualTildeExpression": _tilde,
    "BangTildeExpression": _tilde,
    "BetweenExpression": _between,
    "NotBetweenExpression": _between,
    "AndExpression": _logic,
    "OrExpression": _logic,
}
