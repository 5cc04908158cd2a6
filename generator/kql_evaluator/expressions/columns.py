"""Functions that look at the columns of a row or a table rather than at values alone."""

from __future__ import annotations

from generator.kql.syntax import Node
from generator.kql_evaluator.runtime import Expression, Run, Varies, constant
from generator.kql_evaluator.scope import ScalarHandler, Scope, name_text
from generator.kql_evaluator.values import Row, Value


def _arguments(node: Node) -> tuple[Node, ...]:
    return node.child("ArgumentList").child("Expressions").elements()


def _pack_all(scope: Scope, node: Node) -> Expression:
    """A bag of all columns; with true, without those that are null or empty."""
    arguments = _arguments(node)
    skips = constant(value=False, kql_type="bool")
    if arguments:
        skips = scope.scalar(arguments[0])
        if not skips.is_constant:
            raise scope.unsupported(node, reason="its argument is not a constant")
    names = [column.name for column in scope.columns]

    def evaluate(row: Row, _run: Run) -> Value:
        # Window functions put their values behind the columns.
        pairs = zip(names, row[: len(names)], strict=True)
        if skips.value:
            return {name: value for name, value in pairs if value is not None and value != ""}
        return dict(pairs)

    return Expression(evaluate, "dynamic", Varies.BY_ROW)


def _bag_pack_columns(scope: Scope, node: Node) -> Expression:
    names = [name_text(argument) for argument in _arguments(node)]
    readers = [scope.scalar(argument).evaluate for argument in _arguments(node)]

    def evaluate(row: Row, run: Run) -> Value:
        return {name: read(row, run) for name, read in zip(names, readers, strict=True)}

    return Expression(evaluate, "dynamic", Varies.BY_ROW)


def _column_names_of(scope: Scope, node: Node) -> Expression:
    (argument,) = _arguments(node)
    relation = scope.without_rows().tabular(argument)
    if relation.is_open:
        return Expression(
            lambda _row, run: [column.name for column in relation.table(run).columns],
            "dynamic",
            Varies.BY_RUN,
        )
    return constant([column.name for column in relation.columns], "dynamic")


COLUMN_FUNCTIONS: dict[str, ScalarHandler] = {
    "pack_all": _pack_all,
    "bag_pack_columns": _bag_pack_columns,
    "column_names_of": _column_names_of,
}
