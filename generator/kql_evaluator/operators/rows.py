"""Operators that choose or order rows and leave columns alone: where, take, sort, top, count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cmp_to_key

from generator.kql.syntax import Node
from generator.kql_evaluator.errors import InvalidArgumentError
from generator.kql_evaluator.expressions.folding import converted
from generator.kql_evaluator.operators.windows import with_windows
from generator.kql_evaluator.runtime import EvaluateRow, Expression, Relation, Run
from generator.kql_evaluator.scope import OperatorHandler, Scope, name_text, named_by_service
from generator.kql_evaluator.table import Column, Table
from generator.kql_evaluator.values import Row, Value

Choose = Callable[[Sequence[Row], Run], Sequence[Row]]


def same_columns(source: Relation, choose: Choose, name: str | None = None) -> Relation:
    """Return a relation with the source's columns and the rows that a function makes of its own."""

    def table(run: Run) -> Table:
        before = source.table(run)
        chosen = tuple(choose(before.rows, run))
        run.budget.hold(len(chosen))
        return Table(before.columns, chosen)

    return Relation(source.columns, table, source.is_open, name)


def _where(scope: Scope, node: Node, source: Relation) -> Relation:
    inner = scope.on_rows_of(source).collecting_windows()
    condition = converted(inner.scalar(node.child("Condition")), "bool").evaluate
    if not inner.windows:
        return _filtered(_filtered_early(inner, node.child("Condition"), source), condition)

    def choose(rows: Sequence[Row], run: Run) -> Sequence[Row]:
        wide = with_windows(inner, rows, run)
        return [row for row, seen in zip(rows, wide, strict=True) if condition(seen, run)]

    return same_columns(source, choose)


def _filtered(source: Relation, condition: EvaluateRow) -> Relation:
    filtered = same_columns(source, lambda rows, run: [row for row in rows if condition(row, run)])
    early = source.early_filter
    if early is None:
        return filtered
    push = early.on
    return replace(
        filtered,
        early_filter=replace(early, on=lambda keep: _filtered(push(keep), condition)),
    )


def _filtered_early(scope: Scope, node: Node, source: Relation) -> Relation:
    """Hand the parts of a condition that read first columns only to a source that wants them."""
    if node.kind == "ParenthesizedExpression":
        return _filtered_early(scope, node.child("Expression"), source)
    if node.kind == "AndExpression":
        for slot in ("Left", "Right"):
            source = _filtered_early(scope, node.child(slot), source)
        return source
    early = source.early_filter
    if early is None:
        return source
    first = {column.name for column in source.columns[: early.width]}
    read = {
        inner.symbol.name
        for inner in node.walk_expanded()
        if inner.symbol is not None and inner.symbol.kind == "Column"
    }
    if not read or not read <= first:
        return source
    condition = converted(scope.scalar(node), "bool").evaluate
    return early.on(lambda row, run: condition(row, run) is True)


def _row_count(scope: Scope, node: Node) -> Callable[[Run], int]:
    expression = converted(scope.without_rows().scalar(node), "long")

    def count(run: Run) -> int:
        try:
            return checked_count(expression.evaluate((), run))
        except InvalidArgumentError as error:
            raise scope.failure(node, str(error)) from None

    return count


def checked_count(value: Value) -> int:
    """Return a number of rows to take. Raises InvalidArgumentError for one that there is not."""
    if value is None or (isinstance(value, int | float) and value < 0):
        raise InvalidArgumentError("the number of rows must not be negative or null")
    return int(value)


def _take(scope: Scope, node: Node, source: Relation) -> Relation:
    """Any rows would do; here always the first ones."""
    count = _row_count(scope, node.child("Expression"))
    return same_columns(source, lambda rows, run: rows[: count(run)])


def _sample_distinct(scope: Scope, node: Node, source: Relation) -> Relation:
    """Any values would do; here always the first ones."""
    count = _row_count(scope, node.child("Expression"))
    expression = scope.on_rows_of(source).scalar(node.child("OfExpression"))
    name = node.child("OfExpression").name or name_text(node.child("OfExpression"))
    columns = named_by_service(node, (Column(name, expression.type),))
    read = expression.evaluate

    def table(run: Run) -> Table:
        values = [(read(row, run),) for row in source.table(run).rows]
        found = {run.key(row): row for row in values}
        return Table(columns, tuple(found.values())[: count(run)])

    return Relation(columns, table)


def _sort(scope: Scope, node: Node, source: Relation) -> Relation:
    order = ordering(scope.on_rows_of(source), node.child("Expressions").elements())
    return same_columns(source, order)


def _top(scope: Scope, node: Node, source: Relation) -> Relation:
    count = _row_count(scope, node.child("Expression"))
    order = ordering(scope.on_rows_of(source), (node.child("ByExpression"),))
    return same_columns(source, lambda rows, run: order(rows, run)[: count(run)])


def ordering(scope: Scope, nodes: Sequence[Node]) -> Choose:
    """Return a stable sort by ordered expressions; without a word, descending with nulls last."""
    keys = [_sort_key(scope, node) for node in nodes]

    def order(rows: Sequence[Row], run: Run) -> Sequence[Row]:
        sorted_rows = list(rows)
        for expression, descending, nulls_first in reversed(keys):
            read = expression.evaluate
            compare = _comparison(descending=descending, nulls_first=nulls_first)
            decorated = [(read(row, run), row) for row in sorted_rows]
            decorated.sort(key=lambda pair: compare(pair[0]))
            sorted_rows = [row for _, row in decorated]
        return sorted_rows

    return order


def _sort_key(scope: Scope, node: Node) -> tuple[Expression, bool, bool]:
    if node.kind != "OrderedExpression":
        return scope.scalar(node), True, False
    words = {inner.text for inner in node.child("Ordering").walk() if inner.text}
    descending = "asc" not in words and "granny-asc" not in words
    nulls_first = "first" in words if {"first", "last"} & words else not descending
    return scope.scalar(node.child("Expression")), descending, nulls_first


def _comparison(*, descending: bool, nulls_first: bool) -> Callable[[Value], Value]:
    def compare(left: Value, right: Value) -> int:
        if left is None or right is None:
            if left is right:
                return 0
            return -1 if (left is None) is nulls_first else 1
        result = compare_values(left, right)
        return -result if descending else result

    return cmp_to_key(compare)


_RANKS = {bool: 0, int: 1, float: 1, str: 3, list: 4, dict: 5}


def compare_values(left: Value, right: Value) -> int:
    """Return -1, 0 or 1; NaN before other numbers, values of different kinds by kind."""
    try:
        if left == right:
            return 0
        if left < right:
            return -1
        if left > right:
            return 1
    except TypeError:
        return _sign(_RANKS.get(type(left), 2), _RANKS.get(type(right), 2))
    return _sign(left == left, right == right)  # noqa: PLR0124 - only NaN differs from itself


def _sign(left: int, right: int) -> int:
    return (left > right) - (left < right)


def _unchanged(_scope: Scope, _node: Node, source: Relation) -> Relation:
    return source


def _serialize(scope: Scope, node: Node, source: Relation) -> Relation:
    if node.get("Expressions") is None or not node.child("Expressions").elements():
        return source
    return scope.compilation.handlers.operators["ExtendOperator"](scope, node, source)


def _count(_scope: Scope, node: Node, source: Relation) -> Relation:
    columns = named_by_service(node, (Column("Count", "long"),))
    return Relation(columns, lambda run: Table(columns, ((len(source.table(run).rows),),)))


_SYSTEM_TYPES = {
    "bool": "System.SByte",
    "int": "System.Int32",
    "long": "System.Int64",
    "real": "System.Double",
    "decimal": "System.Data.SqlTypes.SqlDecimal",
    "string": "System.String",
    "datetime": "System.DateTime",
    "timespan": "System.TimeSpan",
    "guid": "System.Guid",
}


def _get_schema(_scope: Scope, _node: Node, source: Relation) -> Relation:
    columns = (
        Column("ColumnName", "string"),
        Column("ColumnOrdinal", "long"),
        Column("DataType", "string"),
        Column("ColumnType", "string"),
    )

    def table(run: Run) -> Table:
        return Table(
            columns,
            tuple(
                (column.name, index, _SYSTEM_TYPES.get(column.type, "System.Object"), column.type)
                for index, column in enumerate(source.table(run).columns)
            ),
        )

    return Relation(columns, table)


HANDLERS: dict[str, OperatorHandler] = {
    "FilterOperator": _where,
    "TakeOperator": _take,
    "SortOperator": _sort,
    "TopOperator": _top,
    "SerializeOperator": _serialize,
    "CountOperator": _count,
    "GetSchemaOperator": _get_schema,
    "RenderOperator": _unchanged,
    "SampleOperator": _take,
    "SampleDistinctOperator": _sample_distinct,
}
