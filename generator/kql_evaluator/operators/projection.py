"""Operators that choose and compute columns: project and its variants, extend, distinct."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from generator.kql.syntax import Node
from generator.kql_evaluator.operators.items import Item, items_of, unique
from generator.kql_evaluator.operators.windows import with_windows
from generator.kql_evaluator.runtime import Relation, Run
from generator.kql_evaluator.scope import OperatorHandler, Scope, name_text, named_by_service
from generator.kql_evaluator.table import Column, Schema, Table
from generator.kql_evaluator.values import Row
from generator.text.globs import starred


def mapped(
    source: Relation, columns: Schema, remap: Callable[[Sequence[Row], Run], Iterable[Row]]
) -> Relation:
    """Return a relation with these columns and the rows that a function makes of the source's."""

    def table(run: Run) -> Table:
        made = remap(source.table(run).rows, run)
        return Table(columns, run.budget.collect(made, len(columns)))

    return Relation(columns, table)


def _project(scope: Scope, node: Node, source: Relation) -> Relation:
    inner = scope.on_rows_of(source).collecting_windows()
    items = items_of(inner, node.child("Expressions").elements())
    columns = named_by_service(node, unique(item.column for item in items))
    readers = [item.expression.evaluate for item in items]

    def remap(rows: Sequence[Row], run: Run) -> Iterable[Row]:
        for row in with_windows(inner, rows, run):
            yield tuple([read(row, run) for read in readers])

    return mapped(source, columns, remap)


def _extend(scope: Scope, node: Node, source: Relation) -> Relation:
    inner = scope.on_rows_of(source).collecting_windows()
    items = items_of(inner, node.child("Expressions").elements())
    columns, places = _extended(source.columns, items)
    columns = named_by_service(node, columns)
    width = len(source.columns)
    readers = [(place, item.expression.evaluate) for place, item in zip(places, items, strict=True)]

    def remap(rows: Sequence[Row], run: Run) -> Iterable[Row]:
        room = [None] * (len(columns) - width)
        for row in with_windows(inner, rows, run):
            extended = [*row[:width], *room]
            for place, read in readers:
                extended[place] = read(row, run)
            yield tuple(extended)

    return mapped(source, columns, remap)


def _extended(source: Schema, items: Sequence[Item]) -> tuple[Schema, list[int]]:
    """Return the columns after extend and the place of each item in them.

    A name that the source has, given with `name =` or implied (`extend tostring(Detail)` is named
    Detail), replaces that column in its place; anything else becomes a new column.
    """
    columns = list(source)
    names = [column.name for column in source]
    places: list[int] = []
    for item in items:
        if item.name in names and not item.is_numbered:
            place = names.index(item.name)
            columns[place] = item.column
        else:
            place = len(columns)
            columns.append(item.column)
        places.append(place)
    return unique(columns), places


def _picked(node: Node, source: Relation, picks: Sequence[tuple[int, str]]) -> Relation:
    """Return columns of the source by place, under names of the operator's choosing."""
    computed = unique(Column(name, source.columns[index].type) for index, name in picks)
    columns = named_by_service(node, computed)
    indices = [index for index, _ in picks]
    return mapped(
        source, columns, lambda rows, _run: (tuple([row[i] for i in indices]) for row in rows)
    )


def _matching(scope: Scope, node: Node, source: Relation) -> list[int]:
    """Return the places of the columns that a name or a pattern with `*` means."""
    pattern = _pattern_text(node)
    if pattern is not None:
        wanted = starred(pattern)
        return [i for i, column in enumerate(source.columns) if wanted.matches(column.name)]
    if node.kind == "StarExpression":
        return list(range(len(source.columns)))
    index = scope.column_index(name_text(node))
    if index is None:
        if source.is_open:
            return []
        raise scope.failure(node, f"no column is named {name_text(node)}")
    return [index]


def _pattern_text(node: Node) -> str | None:
    for inner in node.walk():
        if inner.kind == "WildcardedName":
            return "".join(token.text or "" for token in inner.walk())
        if inner.kind == "BracketedWildcardedName":
            text = "".join(token.text or "" for token in inner.child("Pattern").walk())
            return text.strip("\"'")
    return None


def _away(scope: Scope, node: Node, source: Relation) -> Relation:
    inner = scope.on_rows_of(source)
    gone = {
        index
        for item in node.child("Expressions").elements()
        for index in _matching(inner, item, source)
    }
    kept = [(i, column.name) for i, column in enumerate(source.columns) if i not in gone]
    return _picked(node, source, kept)


def _keep(scope: Scope, node: Node, source: Relation) -> Relation:
    inner = scope.on_rows_of(source)
    wanted = {
        index
        for item in node.child("Expressions").elements()
        for index in _matching(inner, item, source)
    }
    kept = [(i, column.name) for i, column in enumerate(source.columns) if i in wanted]
    return _picked(node, source, kept)


def _rename(scope: Scope, node: Node, source: Relation) -> Relation:
    inner = scope.on_rows_of(source)
    names = {}
    for item in node.child("Expressions").elements():
        for index in _matching(inner, item.child("Expression"), source):
            names[index] = name_text(item.child("Name"))
    picks = [(i, names.get(i, column.name)) for i, column in enumerate(source.columns)]
    return _picked(node, source, picks)


def _reorder(scope: Scope, node: Node, source: Relation) -> Relation:
    inner = scope.on_rows_of(source)
    # Of a dictionary, so that looking whether a place is there does not grow with them.
    order: dict[int, None] = {}
    for item in node.child("Expressions").elements():
        found = _matching(
            inner, item.child("Expression") if item.kind == "OrderedExpression" else item, source
        )
        order |= dict.fromkeys(_ordered(item, found, source))
    order |= dict.fromkeys(range(len(source.columns)))
    return _picked(node, source, [(index, source.columns[index].name) for index in order])


def _ordered(item: Node, found: list[int], source: Relation) -> list[int]:
    if item.kind != "OrderedExpression":
        return found
    words = {inner.text for inner in item.child("Ordering").walk() if inner.text}
    natural = any(word.startswith("granny") for word in words)

    def key(index: int) -> tuple[object, ...]:
        name = source.columns[index].name
        if not natural:
            return (name,)
        parts = re.split(r"(\d+)", name)
        return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)

    descending = "desc" in words or "granny-desc" in words
    return sorted(found, key=key, reverse=descending)


def _by_names(scope: Scope, node: Node, source: Relation) -> Relation:
    inner = scope.without_rows()
    wanted: list[str] = []
    for item in node.child("Expressions").elements():
        expression = inner.scalar(item)
        if not expression.is_constant:
            raise scope.unsupported(node, reason="the names are not constant")
        values = expression.value if isinstance(expression.value, list) else [expression.value]
        wanted += [str(value) for value in values]
    picks: dict[int, None] = {}
    for name in wanted:
        pattern = starred(name)
        picks |= dict.fromkeys(
            i for i, column in enumerate(source.columns) if pattern.matches(column.name)
        )
    return _picked(node, source, [(i, source.columns[i].name) for i in picks])


def _distinct(scope: Scope, node: Node, source: Relation) -> Relation:
    nodes = node.child("Expressions").elements()
    inner = scope.on_rows_of(source)
    if len(nodes) == 1 and nodes[0].kind == "StarExpression":
        columns = source.columns
        readers = None
    else:
        items = items_of(inner, nodes)
        columns = named_by_service(node, unique(item.column for item in items))
        readers = [item.expression.evaluate for item in items]

    def remap(rows: Sequence[Row], run: Run) -> Iterable[Row]:
        picked = (
            rows
            if readers is None
            else [tuple([read(row, run) for read in readers]) for row in rows]
        )
        return first_of_each(picked, run)

    return mapped(source, columns, remap)


def first_of_each(rows: Sequence[Row], run: Run) -> Iterable[Row]:
    """Yield rows without those that came before."""
    seen = set()
    for row in rows:
        key = run.key(row)
        if key not in seen:
            seen.add(key)
            yield row


HANDLERS: dict[str, OperatorHandler] = {
    "ProjectOperator": _project,
    "ExtendOperator": _extend,
    "ProjectAwayOperator": _away,
    "ProjectKeepOperator": _keep,
    "ProjectRenameOperator": _rename,
    "ProjectReorderOperator": _reorder,
    "ProjectByNamesOperator": _by_names,
    "DistinctOperator": _distinct,
}
