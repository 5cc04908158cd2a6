"""Literals, and expressions that only wrap another one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from uuid import UUID

from generator.kql.evaluator import parsing
from generator.kql.evaluator.runtime import Expression, constant
from generator.kql.evaluator.scope import ScalarHandler, Scope, scalar_type
from generator.kql.evaluator.values import Timespan, Value
from generator.kql.service.syntax import Node


def _text_of(node: Node) -> str:
    return node.value if isinstance(node.value, str) else ""


def _whole(node: Node) -> int:
    return int(_text_of(node))


_TYPED_REAL = re.compile(r"(?:real|double)\s*\(\s*(.*?)\s*\)", re.DOTALL)


def _real(node: Node) -> float | None:
    # The service hands out 0 for real(nan) and real(+inf): only the text knows them.
    text = next((inner.text for inner in node.walk() if inner.text), "")
    typed = _TYPED_REAL.fullmatch(text)
    return parsing.parse_real(typed[1] if typed else text)


_READERS: Mapping[str, Callable[[Node], Value]] = {
    "BooleanLiteralExpression": lambda node: node.value,
    "IntLiteralExpression": _whole,
    "LongLiteralExpression": _whole,
    "RealLiteralExpression": _real,
    "DecimalLiteralExpression": lambda node: Decimal(_text_of(node)),
    "DateTimeLiteralExpression": lambda node: parsing.parse_datetime(_text_of(node)),
    "TimespanLiteralExpression": lambda node: Timespan(_text_of(node)),
    "GuidLiteralExpression": lambda node: UUID(_text_of(node)),
    "StringLiteralExpression": _text_of,
    "CompoundStringLiteralExpression": _text_of,
    "TokenLiteralExpression": _text_of,
}


def literal_value(node: Node) -> Value:
    """Return the value of a literal node, None for a null of its type."""
    if node.value is None:
        return "" if node.type == "string" else None
    return _READERS[node.kind](node)


def _literal(scope: Scope, node: Node) -> Expression:
    try:
        value = literal_value(node)
    except (ValueError, ArithmeticError):
        raise scope.failure(node, f"not a {node.type} literal") from None
    if node.kind == "DateTimeLiteralExpression" and value is None and node.value != "null":
        raise scope.unsupported(node, f"datetime({node.value})", "unknown notation of a date")
    return constant(value, scalar_type(node))


def _null(_scope: Scope, node: Node) -> Expression:
    return constant(None, scalar_type(node))


def _dynamic(scope: Scope, node: Node) -> Expression:
    return constant(_json(scope, node.child("Expression")), "dynamic")


def _json(scope: Scope, node: Node) -> Value:
    if node.kind == "NullLiteralExpression":
        return None
    if node.kind == "JsonArrayExpression":
        return [_json(scope, item) for item in node.child("Values").elements()]
    if node.kind == "JsonObjectExpression":
        pairs = node.child("Pairs").elements()
        return {_key(pair): _json(scope, pair.child("Value")) for pair in pairs}
    if node.kind == "DynamicExpression":
        return _json(scope, node.child("Expression"))
    return scope.scalar(node).value


def _key(pair: Node) -> str:
    name = pair.child("Name")
    text = name.text or _text_of(name)
    if text[:1] == '"':
        try:
            return str(json.loads(text))
        except ValueError:
            pass
    return text[1:-1] if text[:1] in {'"', "'"} else text


def _inner(scope: Scope, node: Node) -> Expression:
    return scope.scalar(node.child("Expression"))


def _negative(scope: Scope, node: Node) -> Expression:
    operand = scope.scalar(node.child("Expression"))
    evaluate = operand.evaluate
    kql_type = scalar_type(node)

    def negate(value: Value) -> Value:
        if value is None or isinstance(value, (str, list, dict)):
            return None
        return Timespan(-value) if isinstance(value, Timespan) else -value

    if operand.is_constant:
        return constant(negate(operand.value), kql_type)
    return Expression(lambda row, run: negate(evaluate(row, run)), kql_type, operand.varies)


HANDLERS: dict[str, ScalarHandler] = {
    **dict.fromkeys(_READERS, _literal),
    "NullLiteralExpression": _null,
    "DynamicExpression": _dynamic,
    "ParenthesizedExpression": _inner,
    "SimpleNamedExpression": _inner,
    "BracketedExpression": _inner,
    "UnaryPlusExpression": _inner,
    "UnaryMinusExpression": _negative,
}
