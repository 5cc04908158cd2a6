"""`+ - * / %` on numbers, datetimes and timespans.

Which function computes is chosen from the operands' types on compiling. A null operand gives null.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from decimal import Decimal

from generator.kql.syntax import Node
from generator.kql_evaluator.expressions.folding import binary, converted
from generator.kql_evaluator.runtime import Expression
from generator.kql_evaluator.scope import ScalarHandler, Scope, scalar_type
from generator.kql_evaluator.values import (
    DECIMALS,
    NUMERIC_TYPES,
    Value,
    datetime_or_null,
    decimal_or_null,
    timespan_or_null,
    type_of,
    wrap_int,
    wrap_long,
)

Compute = Callable[[Value, Value], Value]


def _divide_whole(left: int, right: int) -> int | None:
    if right == 0:
        return None
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _modulo_whole(left: int, right: int) -> int | None:
    """The remainder is never negative: 0 <= n % d < |d| (KQL reference, numerical operators)."""
    return None if right == 0 else left % abs(right)


def _divide_real(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left)
    return left / right


def _modulo_real(left: float, right: float) -> float:
    return math.nan if right == 0 or math.isinf(left) else left % abs(right)


def _finite(compute: Compute) -> Compute:
    def guarded(left: float, right: float) -> float:
        try:
            return float(compute(left, right))
        except OverflowError:
            return math.inf

    return guarded


def _decimal(compute: Compute) -> Compute:
    def guarded(left: Decimal, right: Decimal) -> Decimal | None:
        try:
            return decimal_or_null(compute(left, right))
        except ArithmeticError:
            return None

    return guarded


_WHOLE: dict[str, Compute] = {
    "Add": operator.add,
    "Subtract": operator.sub,
    "Multiply": operator.mul,
    "Divide": _divide_whole,
    "Modulo": _modulo_whole,
}
_REAL: dict[str, Compute] = {
    "Add": operator.add,
    "Subtract": operator.sub,
    "Multiply": operator.mul,
    "Divide": _divide_real,
    "Modulo": _modulo_real,
}
_DECIMAL: dict[str, Compute] = {
    "Add": DECIMALS.add,
    "Subtract": DECIMALS.subtract,
    "Multiply": DECIMALS.multiply,
    "Divide": DECIMALS.divide,
    "Modulo": lambda left, right: DECIMALS.remainder(left, right) % abs(right),
}


def _wrapped(compute: Compute, wrap: Callable[[int], Value]) -> Compute:
    def wrapped(left: int, right: int) -> Value:
        result = compute(left, right)
        return None if result is None else wrap(result)

    return wrapped


def _numeric(name: str, kql_type: str) -> Compute:
    if kql_type == "real":
        return _finite(_REAL[name])
    if kql_type == "decimal":
        return _decimal(_DECIMAL[name])
    return _wrapped(_WHOLE[name], wrap_int if kql_type == "int" else wrap_long)


_TEMPORAL: dict[tuple[str, str, str], Compute] = {
    ("datetime", "Subtract", "datetime"): _wrapped(operator.sub, timespan_or_null),
    ("datetime", "Add", "timespan"): _wrapped(operator.add, datetime_or_null),
    ("timespan", "Add", "datetime"): _wrapped(operator.add, datetime_or_null),
    ("datetime", "Subtract", "timespan"): _wrapped(operator.sub, datetime_or_null),
    ("datetime", "Modulo", "timespan"): _wrapped(_modulo_whole, timespan_or_null),
    ("timespan", "Add", "timespan"): _wrapped(operator.add, timespan_or_null),
    ("timespan", "Subtract", "timespan"): _wrapped(operator.sub, timespan_or_null),
    ("timespan", "Modulo", "timespan"): _wrapped(_modulo_whole, timespan_or_null),
    ("timespan", "Divide", "timespan"): lambda one, other: _divide_real(float(one), float(other)),
}


def _temporal(name: str, left: str, right: str) -> Compute | None:
    if (left, name, right) in _TEMPORAL:
        return _TEMPORAL[left, name, right]
    if name in {"Multiply", "Divide"} and "timespan" in {left, right}:
        return _scaled(name, left, right)
    return None


def _scaled(name: str, left: str, right: str) -> Compute | None:
    if {left, right} - {"timespan"} - NUMERIC_TYPES or (name == "Divide" and right == "timespan"):
        return None

    def scale(one: Value, other: Value) -> Value:
        length, factor = (one, other) if left == "timespan" else (other, one)
        if name == "Divide" and factor == 0:
            return None
        compute = DECIMALS.multiply if name == "Multiply" else DECIMALS.divide
        try:
            scaled = compute(Decimal(int(length)), _exact(factor))
        except ArithmeticError:
            return None
        return (
            timespan_or_null(int(scaled))
            if scaled.is_finite() and scaled.adjusted() < _DIGITS_OF_A_LONG
            else None
        )

    return scale


_DIGITS_OF_A_LONG = 20


def _exact(number: Value) -> Decimal:
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def _by_value(name: str) -> Compute:
    """Operands whose types only the values tell (dynamic), as the engine casts them."""

    def compute(left: Value, right: Value) -> Value:
        types = type_of(left), type_of(right)
        chosen = _for_types(name, *types)
        if chosen is None:
            return None
        function, common = chosen
        if common == "real":
            return function(float(left), float(right))
        return function(left, right)

    return compute


def _for_types(name: str, left: str, right: str) -> tuple[Compute, str] | None:
    if left in NUMERIC_TYPES and right in NUMERIC_TYPES:
        common = _common_type(left, right)
        return _numeric(name, common), common
    temporal = _temporal(name, left, right)
    return None if temporal is None else (temporal, "timespan")


def _common_type(left: str, right: str) -> str:
    for kql_type in ("decimal", "real", "long"):
        if kql_type in {left, right}:
            return kql_type
    return "int"


def _null_if_any_null(compute: Compute) -> Compute:
    def guarded(left: Value, right: Value) -> Value:
        if left is None or right is None:
            return None
        return compute(left, right)

    return guarded


def _arithmetic(scope: Scope, node: Node) -> Expression:
    name = node.kind.removesuffix("Expression")
    left, right = scope.scalar(node.child("Left")), scope.scalar(node.child("Right"))
    result = scalar_type(node)
    loose = {"dynamic", "unknown"}
    if left.type in loose or right.type in loose:
        left, right = _cast_to_other(left, right), _cast_to_other(right, left)
    if left.type in loose or right.type in loose:
        return binary(_null_if_any_null(_by_value(name)), left, right, result)
    chosen = _for_types(name, left.type, right.type)
    if chosen is None:
        raise scope.unsupported(node, name.lower(), f"not defined for {left.type} and {right.type}")
    compute, common = chosen
    if common in NUMERIC_TYPES:
        left, right = converted(left, common), converted(right, common)
        result = result if result in NUMERIC_TYPES else common
        if result in {"int", "long"} and common in {"int", "long"}:
            compute = _numeric(name, result)
    return binary(_null_if_any_null(compute), left, right, result)


def _cast_to_other(operand: Expression, other: Expression) -> Expression:
    """A dynamic beside a number is cast to that number's kind, one in text form included."""
    if operand.type in {"dynamic", "unknown"} and other.type in {"real", "decimal"}:
        return converted(operand, other.type)
    return operand


_KINDS = ("Add", "Subtract", "Multiply", "Divide", "Modulo")

HANDLERS: dict[str, ScalarHandler] = {f"{kind}Expression": _arithmetic for kind in _KINDS}
