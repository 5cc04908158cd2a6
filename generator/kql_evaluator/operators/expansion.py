"""mv-expand and mv-apply: one row for every element of a dynamic array or bag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from generator.kql.syntax import Node, TableType
from generator.kql_evaluator.conversion import CONVERSIONS
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.operators.items import unique
from generator.kql_evaluator.operators.parameters import parameter, parameter_text
from generator.kql_evaluator.operators.projection import mapped
from generator.kql_evaluator.runtime import EvaluateRow, Relation, Run
from generator.kql_evaluator.scope import (
    OperatorHandler,
    Scope,
    name_text,
    named_by_service,
    schema_of,
)
from generator.kql_evaluator.table import Column, Schema, Table
from generator.kql_evaluator.values import Datetime, Row, Timespan, Value, null_of

_CASTS: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "int": (int, float),
    "long": (int, float),
    "real": (int, float),
    "decimal": (int, float, Decimal),
    "datetime": (Datetime,),
    "timespan": (Timespan,),
    "guid": (UUID,),
}


@dataclass(frozen=True, slots=True)
class _Expanded:
    """One expanded expression: where its elements go and what they are cast to."""

    read: EvaluateRow
    column: Column
    place: int


@dataclass(frozen=True, slots=True)
class _Expansion:
    """All expressions of one operator, expanded in parallel."""

    columns: Schema
    parts: tuple[_Expanded, ...]
    index_place: int | None
    limit: int | None
    as_pairs: bool

    def rows(self, row: Row, run: Run) -> Iterable[Row]:
        """Yield what becomes of one row; as many rows as the longest value has elements."""
        lists = [self._elements(part.read(row, run)) for part in self.parts]
        length = max(len(elements) for elements in lists)
        if self.limit is not None:
            length = min(length, self.limit)
        run.budget.step(length * (1 + len(self.parts)))
        room = [None] * (len(self.columns) - len(row))
        for number in range(length):
            wide: list[Value] = [*row, *room]
            for part, elements in zip(self.parts, lists, strict=True):
                element = elements[number] if number < len(elements) else None
                wide[part.place] = cast = _cast(element, part.column.type)
                if cast is not element or isinstance(cast, dict | list):
                    run.budget.value(cast)
            if self.index_place is not None:
                wide[self.index_place] = number
            yield tuple(wide)

    def _elements(self, value: Value) -> Sequence[Value]:
        if isinstance(value, list):
            return value
        if isinstance(value, dict):
            if self.as_pairs:
                return [[key, item] for key, item in value.items()]
            return [{key: item} for key, item in value.items()]
        return [value]


def _cast(element: Value, kql_type: str) -> Value:
    """Cast without parsing: what is not of the type becomes null (KQL reference, mv-expand)."""
    if kql_type in {"dynamic", "unknown"}:
        return element
    if element is None:
        return null_of(kql_type)
    if kql_type == "string":
        return to_text(element)
    is_flag = isinstance(element, bool) and kql_type != "bool"
    if is_flag or not isinstance(element, _CASTS[kql_type]):
        return None
    return CONVERSIONS[kql_type](element)


def _expansion(scope: Scope, node: Node, source: Relation) -> _Expansion:
    """Compile the expressions; what names an unnamed call, the service's columns decide."""
    by_argument = _expansion_named(scope, node, source, calls_keep_name=True)
    if isinstance(node.type, TableType) and not node.type.is_open:
        numbered = _expansion_named(scope, node, source, calls_keep_name=False)
        given = schema_of(node)
        if len(numbered.columns) == len(given) != len(by_argument.columns):
            return numbered
    return by_argument


def _expansion_named(
    scope: Scope, node: Node, source: Relation, *, calls_keep_name: bool
) -> _Expansion:
    inner = scope.on_rows_of(source)
    columns = list(source.columns)
    parts: list[_Expanded] = []
    for item in node.child("Expressions").elements():
        expression_node = item.child("Expression")
        name = _name_of(expression_node, calls_keep_name=calls_keep_name)
        expression = inner.scalar(expression_node)
        kql_type = _type_of(scope, item)
        names = [column.name for column in source.columns]
        if name in names:
            place = names.index(name)
            columns[place] = Column(name, kql_type)
        else:
            place = len(columns)
            columns.append(Column(name or f"Column{len(parts) + 1}", kql_type))
        parts.append(_Expanded(expression.evaluate, columns[place], place))
    index = parameter(node, "with_itemindex", "with_item_index")
    index_place = None
    if index is not None:
        index_place = len(columns)
        columns.append(Column(name_text(index), "long"))
    return _Expansion(
        unique(columns), tuple(parts), index_place, _limit(scope, node), _as_pairs(node)
    )


def _name_of(node: Node, *, calls_keep_name: bool) -> str | None:
    """Return the name that an expression gives its column: `a_b_0` of `a.b[0]`.

    Some functions (todynamic, split) are named like their first argument, others have no name.
    """
    if node.kind == "SimpleNamedExpression":
        return name_text(node.child("Name"))
    if node.kind == "NameReference":
        return name_text(node)
    if node.kind in {"PathExpression", "ElementExpression"}:
        selector = node.child("Selector")
        if selector.kind == "BracketedExpression":
            selector = selector.child("Expression")
        end = selector.value if isinstance(selector.value, str) else name_text(selector)
        start = _name_of(node.child("Expression"), calls_keep_name=calls_keep_name)
        return f"{start}_{end}" if start else end
    if node.kind == "FunctionCallExpression" and calls_keep_name:
        arguments = node.child("ArgumentList").child("Expressions").elements()
        if arguments and arguments[0].kind != "FunctionCallExpression":
            return _name_of(arguments[0], calls_keep_name=False)
    return None


def _type_of(scope: Scope, item: Node) -> str:
    clause = item.get("ToTypeOf")
    if clause is None:
        return "dynamic"
    types = clause.child("TypeOf").child("Types").elements()
    kql_type = types[0].symbol.name if types and types[0].symbol is not None else ""
    if kql_type not in CONVERSIONS:
        raise scope.unsupported(clause, "to typeof(…)", kql_type)
    return kql_type


def _limit(scope: Scope, node: Node) -> int | None:
    clause = node.get("RowLimitClause")
    if clause is None:
        keyword = node.get("MvExpandKeyword")
        return 128 if keyword is not None and keyword.text == "mvexpand" else None
    limit = scope.without_rows().scalar(clause.child("RowLimit"))
    if not limit.is_constant:
        raise scope.unsupported(clause, "limit", "a number of rows that is not a constant")
    return int(limit.value)


def _as_pairs(node: Node) -> bool:
    return parameter_text(node, "kind", "bagexpansion") == "array"


def _mv_expand(scope: Scope, node: Node, source: Relation) -> Relation:
    expansion = _expansion(scope, node, source)
    columns = named_by_service(node, expansion.columns)

    def remap(rows: Sequence[Row], run: Run) -> Iterable[Row]:
        for row in rows:
            yield from expansion.rows(row, run)

    return mapped(source, columns, remap)


def _mv_apply(scope: Scope, node: Node, source: Relation) -> Relation:
    expansion = _expansion(scope, node, source)
    slot = next(scope.compilation.slots)

    def subtable(run: Run) -> Table:
        table: Table = run.memo[slot]
        return table

    implicit = Relation(expansion.columns, subtable, source.is_open)
    subquery = node.child("Subquery").child("Expression")
    result = replace(scope.without_rows(), implicit=implicit).tabular(subquery)
    columns, combine = _combined(node, source, expansion, result.columns)

    def remap(rows: Sequence[Row], run: Run) -> Iterable[Row]:
        budget = run.budget
        for row in rows:
            mark = budget.mark()
            made = budget.collect(expansion.rows(row, run), len(expansion.columns))
            run.memo[slot] = Table(expansion.columns, made)
            for found in result.table(run).rows:
                yield combine(row, found)
            budget.settle(mark)

    return mapped(source, columns, remap)


def _combined(
    node: Node, source: Relation, expansion: _Expansion, result: Schema
) -> tuple[Schema, Callable[[Row, Row], Row]]:
    """Return the columns after mv-apply, and how a source row and a subquery's row make a row.

    They are the source's that were not expanded, then the subquery's that it does not pass through.
    """
    replaced = {part.column.name for part in expansion.parts}
    kept = [i for i, column in enumerate(source.columns) if column.name not in replaced]
    names = {source.columns[i].name for i in kept}
    added = [i for i, column in enumerate(result) if column.name not in names]
    computed = [source.columns[i] for i in kept] + [result[i] for i in added]
    columns = named_by_service(node, unique(computed))

    def combine(row: Row, found: Row) -> Row:
        return tuple([row[i] for i in kept] + [found[i] for i in added])

    return columns, combine


HANDLERS: dict[str, OperatorHandler] = {
    "MvExpandOperator": _mv_expand,
    "MvApplyOperator": _mv_apply,
}
