"""Literals, and expressions that only wrap another one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from generator.kql.syntax import Node
from generator.kql_evaluator import parsing
from generator.kql_evaluator.runtime import Expression, constant
from generator.kql_evaluator.scope import ScalarHandler, Scope, scalar_type
from generator.kql_evaluator.values import Timespan, Value, null_of


def _text_of(node: Node) -> str:
    return node.value if isinstance(node.value, str) else ""


_TYPED = re.compile(r"[a-z_]\w*\s*\((.*)\)", re.DOTALL | re.IGNORECASE)


def written(node: Node) -> str:
    """Return a literal's text without its type: `16` of `long(16)`.

    The service's own values are of no use here: its JavaScript build reads `0x10`, `real(nan)`,
    `time(1.00:00:00)` and `bool(1)` as zero and false.
    """
    text = next((inner.text for inner in node.walk() if inner.text), "")
    typed = _TYPED.fullmatch(text)
    return typed[1].strip().strip("\"'") if typed else text


def _read(parse: Callable[[str], Value]) -> Callable[[Node], Value]:
    def read(node: Node) -> Value:
        value = parse(written(node))
        if value is None:
            raise ValueError(written(node))
        return value

    return read


_READERS: Mapping[str, Callable[[Node], Value]] = {
    "BooleanLiteralExpression": _read(parsing.parse_bool),
    "IntLiteralExpression": _read(lambda text: parsing.parse_whole(text, 32)),
    "LongLiteralExpression": _read(lambda text: parsing.parse_whole(text, 64)),
    "RealLiteralExpression": _read(parsing.parse_real),
    "DecimalLiteralExpression": _read(parsing.parse_decimal),
    "DateTimeLiteralExpression": _read(parsing.parse_datetime),
    "TimespanLiteralExpression": _read(parsing.parse_timespan),
    "GuidLiteralExpression": _read(parsing.parse_guid),
    "StringLiteralExpression": _text_of,
    "CompoundStringLiteralExpression": _text_of,
    "TokenLiteralExpression": _text_of,
}


def _literal(scope: Scope, node: Node) -> Expression:
    kql_type = scalar_type(node)
    if written(node).lower() == "null":
        return constant(null_of(kql_type), kql_type)
    try:
        return constant(_READERS[node.kind](node), kql_type)
    except ValueError:
        raise scope.unsupported(node, written(node), f"unknown notation of a {kql_type}") from None


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


def _type_word(_scope: Scope, node: Node) -> Expression:
    """`typeof(long)` as an argument: the service has drawn its consequence for the call's type."""
    marks = {None, "typeof", "("}
    word = next((inner.text for inner in node.walk() if inner.text not in marks), "")
    return constant(word, "string")


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
    "TypeOfLiteralExpression": _type_word,
    "ParenthesizedExpression": _inner,
    "SimpleNamedExpression": _inner,
    "BracketedExpression": _inner,
    "UnaryPlusExpression": _inner,
    "UnaryMinusExpression": _negative,
}
