"""summarize: groups in the order of their first row, one row each."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from generator.kql.syntax import Node
from generator.kql_evaluator.operators.items import Item, items_of, unique
from generator.kql_evaluator.operators.projection import mapped
from generator.kql_evaluator.runtime import LARGE, Relation, Run
from generator.kql_evaluator.scope import (
    AggregateCall,
    OperatorHandler,
    Scope,
    name_text,
    named_by_service,
)
from generator.kql_evaluator.values import Row, Value


@dataclass(frozen=True, slots=True)
class Grouping:
    """Keys, aggregates, and the items that are computed from both for each group."""

    keys: tuple[Item, ...]
    aggregates: tuple[AggregateCall, ...]
    items: tuple[Item, ...]

    def groups(self, rows: Sequence[Row], run: Run) -> Iterable[tuple[Row, list[Row]]]:
        """Yield key values and rows of each group, in the order of the groups' first rows."""
        readers = [key.expression.evaluate for key in self.keys]
        groups: dict[Hashable, tuple[Row, list[Row]]] = {}
        for row in rows:
            values = tuple([read(row, run) for read in readers])
            groups.setdefault(run.key(values), (values, []))[1].append(row)
        return groups.values()

    def results(self, keys: Row, rows: Sequence[Row], run: Run) -> Row:
        """Return the values of the items for one group."""
        values: list[Value] = list(keys)
        for call in self.aggregates:
            values += _aggregated(call, rows, run)
        group = tuple(values)
        return tuple([item.expression.evaluate(group, run) for item in self.items])


def _aggregated(call: AggregateCall, rows: Sequence[Row], run: Run) -> list[Value]:
    aggregate = call.aggregate
    state = aggregate.start()
    readers = [argument.evaluate for argument in call.arguments]
    for row in rows:
        values = [read(row, run) for read in readers]
        for value in values:
            if type(value) in LARGE:
                run.budget.read(value)
        aggregate.add(state, *values)
    result = aggregate.finish(state)
    if type(result) in LARGE:
        run.budget.value(result)
    if not call.function.tabular:
        return [result]
    width = len(call.columns)
    parts = list(result)[:width]
    missing = [None if column.type != "string" else "" for column in call.columns[len(parts) :]]
    return parts + missing


def grouping(
    scope: Scope, source: Relation, by: Sequence[Node], aggregates: Sequence[Node]
) -> Grouping:
    """Compile keys and aggregates over the rows of a relation."""
    inner = scope.on_rows_of(source)
    keys = items_of(inner, by)
    plain = {name_text(node) for node in by if node.kind == "NameReference"}
    starred = frozenset(column.name for column in source.columns if column.name not in plain)
    collecting = inner.collecting_aggregates(unique(key.column for key in keys), starred)
    items = items_of(collecting, aggregates)
    return Grouping(tuple(keys), tuple(collecting.aggregates or ()), tuple(items))


def _summarize(scope: Scope, node: Node, source: Relation) -> Relation:
    clause = node.get("ByClause")
    by = clause.child("Expressions").elements() if clause is not None else ()
    parts = grouping(scope, source, by, node.child("Aggregates").elements())
    computed = unique([*(key.column for key in parts.keys), *(item.column for item in parts.items)])
    columns = named_by_service(node, computed)

    def remap(rows: Sequence[Row], run: Run) -> Iterable[Row]:
        if not parts.keys:
            yield parts.results((), rows, run)
            return
        for keys, members in parts.groups(rows, run):
            yield keys + parts.results(keys, members, run)

    return mapped(source, columns, remap)


HANDLERS: dict[str, OperatorHandler] = {"SummarizeOperator": _summarize}
