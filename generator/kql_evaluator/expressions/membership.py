"""`in`, `has_any`, `has_all`: a value against a list of values, a dynamic array or a column."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from generator.kql.syntax import Node, TableType
from generator.kql_evaluator.conversion import CONVERSIONS, to_real
from generator.kql_evaluator.expressions.folding import converted, once_per_run, varies_most
from generator.kql_evaluator.expressions.text_match import has_term
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.runtime import Expression, Relation, Run, Varies, constant
from generator.kql_evaluator.scope import ScalarHandler, Scope
from generator.kql_evaluator.values import Row, Value, group_key

_LOOSE = frozenset({"dynamic", "unknown"})
_NUMBERS = frozenset({"int", "long", "real", "decimal"})


def _listed(scope: Scope, node: Node, prepare: Callable[[list[Value]], Value]) -> Expression:
    """Compile the right side to what `prepare` makes of its elements, arrays among them opened."""
    items = node.child("Expressions").elements() if node.kind == "ExpressionList" else (node,)
    if len(items) == 1 and isinstance(items[0].type, TableType):
        relation = scope.without_rows().tabular(items[0])
        listed = Expression(
            lambda _row, run: prepare(_first_column(relation, run)), "dynamic", Varies.BY_RUN
        )
        return once_per_run(listed, next(scope.compilation.slots))
    expressions = scope.scalars(items)
    varies = varies_most(expressions)
    if varies is Varies.NEVER:
        elements = _opened(expression.value for expression in expressions)
        return constant(prepare(elements), "dynamic")

    def evaluate(row: Row, run: Run) -> Value:
        values = [expression.evaluate(row, run) for expression in expressions]
        if run is not _NO_RUN:
            run.budget.read(*values)
        return prepare(_opened(values))

    return once_per_run(Expression(evaluate, "dynamic", varies), next(scope.compilation.slots))


def _first_column(relation: Relation, run: Run) -> list[Value]:
    rows = relation.table(run).rows
    return [row[0] for row in rows]


def _opened(values: Iterable[Value]) -> list[Value]:
    """Return one flat list: arrays stand for their elements, at any depth."""
    opened: list[Value] = []
    for value in values:
        if isinstance(value, list):
            opened.extend(_opened(value))
        else:
            opened.append(value)
    return opened


def _in(scope: Scope, node: Node) -> Expression:
    """The type of the left side decides how the elements compare."""
    left = scope.scalar(node.child("Left"))
    # The service's kinds are the other way round here than for `has_cs`: InCs is `in~`.
    ignores_case = node.kind.endswith("CsExpression")
    negated = node.kind.startswith("Not")
    key = _key_of(left.type, ignores_case=ignores_case)

    def prepare(elements: list[Value]) -> Value:
        return frozenset(key(element) for element in elements if element is not None)

    right = _listed(scope, node.child("Right"), prepare)
    read, members = left.evaluate, right.evaluate

    def evaluate(row: Row, run: Run) -> Value:
        value = read(row, run)
        return (value is not None and key(value) in members(row, run)) is not negated

    expression = Expression(evaluate, "bool", max(left.varies, right.varies))
    return constant(evaluate((), _NO_RUN), "bool") if expression.is_constant else expression


_NO_RUN: Run = None  # type: ignore[assignment]  # constants never look at it


def _key_of(kql_type: str, *, ignores_case: bool) -> Callable[[Value], Hashable]:
    if kql_type == "string":
        return (lambda value: to_text(value).lower()) if ignores_case else to_text
    if kql_type in _LOOSE:
        return lambda value: group_key(
            value.lower() if ignores_case and isinstance(value, str) else value
        )
    if kql_type in _NUMBERS:
        return lambda value: group_key(to_real(value) if isinstance(value, str) else value)
    return CONVERSIONS.get(kql_type, group_key)


def _has_any(scope: Scope, node: Node) -> Expression:
    every = node.kind == "HasAllExpression"
    left = converted(scope.scalar(node.child("Left")), "string")

    def prepare(elements: list[Value]) -> Value:
        return [to_text(element).lower() for element in elements]

    right = _listed(scope, node.child("Right"), prepare)
    read, terms = left.evaluate, right.evaluate
    combine = all if every else any

    def evaluate(row: Row, run: Run) -> Value:
        text = read(row, run).lower()
        wanted = terms(row, run)
        if run is not _NO_RUN:
            run.budget.step(len(wanted) * (1 + (len(text) >> 6)))
        budget = None if run is _NO_RUN else run.budget
        return combine(has_term(text, term, budget) for term in wanted)

    expression = Expression(evaluate, "bool", max(left.varies, right.varies))
    return constant(evaluate((), _NO_RUN), "bool") if expression.is_constant else expression


HANDLERS: dict[str, ScalarHandler] = {
    "InExpression": _in,
    "InCsExpression": _in,
    "NotInExpression": _in,
    "NotInCsExpression": _in,
    "HasAnyExpression": _has_any,
    "HasAllExpression": _has_any,
}
