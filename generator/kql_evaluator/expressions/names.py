"""Names of columns and variables, and the way into dynamic values: `a.b`, `a["b"]`, `a[0]`."""

from __future__ import annotations

from generator.kql.syntax import Node
from generator.kql_evaluator.conversion import CONVERSIONS
from generator.kql_evaluator.errors import EvaluationError
from generator.kql_evaluator.expressions.folding import binary, converted
from generator.kql_evaluator.runtime import Expression, Relation, Varies, constant
from generator.kql_evaluator.scope import NamedBody, ScalarHandler, Scope, name_text, scalar_type
from generator.kql_evaluator.values import Value, null_of


def column(index: int, kql_type: str) -> Expression:
    """Return the expression that reads a place of the row."""
    return Expression(lambda row, _run: row[index], kql_type, Varies.BY_ROW)


def reference(scope: Scope, node: Node) -> Expression:
    """Compile a name: a column of the rows, a `let` variable or a parameter."""
    name = name_text(node)
    index = scope.column_index(name)
    is_column = node.symbol is None or node.symbol.kind in {"Column", "Error"}
    if index is not None and (is_column or name not in scope.names):
        return column(index, scope.columns[index].type)
    bound = scope.names.get(name)
    if isinstance(bound, Expression):
        scope.compilation.effort.weight += bound.weight
        # A parameter has its declared type in the body, whatever the argument's.
        declared = scalar_type(node)
        return converted(bound, declared) if declared in CONVERSIONS else bound
    if isinstance(bound, NamedBody):
        inner, body = bound.opened()
        return inner.scalar(body)
    if isinstance(bound, Relation):
        raise scope.failure(node, f"{name} is a table, a scalar is expected")
    if scope.is_open:
        # A column that an open table may have and these rows do not: missing, hence null or ''.
        kql_type = scalar_type(node)
        missing = null_of(kql_type)
        return Expression(lambda _row, _run: missing, kql_type, Varies.BY_ROW)
    raise scope.failure(node, f"no column or variable is named {name}")


def _path(scope: Scope, node: Node) -> Expression:
    inner = scope.scalar(node.child("Expression"))
    selector = node.child("Selector")
    if selector.kind == "FunctionCallExpression":
        raise scope.unsupported(selector)
    if selector.kind == "BracketedExpression":
        return _selected(scope, node, inner, scope.scalar(selector))
    return _selected(scope, node, inner, constant(name_text(selector), "string"))


def _element(scope: Scope, node: Node) -> Expression:
    inner = scope.scalar(node.child("Expression"))
    return _selected(scope, node, inner, scope.scalar(node.child("Selector")))


def _selected(scope: Scope, node: Node, inner: Expression, selector: Expression) -> Expression:
    if inner.type not in {"dynamic", "unknown"}:
        failure = scope.failure(node, f"a value of type {inner.type} has no members")
        if not scope.is_open:
            raise failure
        return Expression(lambda _row, _run: _raised(failure), "dynamic", Varies.BY_ROW)
    return binary(member, inner, selector, "dynamic")


def _raised(failure: EvaluationError) -> Value:
    """Fail on a row: before, a column of another type may still turn up under the name."""
    raise failure


def member(value: Value, selector: Value) -> Value:
    """Return a bag's property or an array's element (negative: from the end), else null."""
    if isinstance(value, dict):
        return value.get(selector) if isinstance(selector, str) else None
    if isinstance(value, list) and isinstance(selector, int):
        return value[selector] if -len(value) <= selector < len(value) else None
    return None


HANDLERS: dict[str, ScalarHandler] = {
    "PathExpression": _path,
    "ElementExpression": _element,
}
