"""union: columns meet by name and type, missing ones are null or ''."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from generator.kql.evaluator.operators.items import unique
from generator.kql.evaluator.operators.parameters import parameter_text
from generator.kql.evaluator.runtime import Relation, Run
from generator.kql.evaluator.scope import Scope, named_by_service, schema_of
from generator.kql.evaluator.table import Column, Schema, Table
from generator.kql.evaluator.values import Row, null_of
from generator.kql.service.syntax import Node, TableType


def union(scope: Scope, node: Node, source: Relation | None) -> Relation:
    """Compile `union …`, with a table before the pipe or without."""
    legs = [] if source is None else [source]
    inner = scope.without_rows()
    for item in node.child("Expressions").elements():
        legs += _wildcard_legs(inner, item) or [inner.tabular(item)]
    source_column = parameter_text(node, "withsource", "with_source")
    kind = (parameter_text(node, "kind") or "outer").lower()
    columns = _columns(node, legs, source_column, kind)
    plan = [_places(leg.columns, columns) for leg in legs]
    source_place = None
    if source_column is not None:
        names = [column.name for column in columns]
        source_place = names.index(source_column) if source_column in names else 0

    def table(run: Run) -> Table:
        rows: list[Row] = []
        for number, (leg, places) in enumerate(zip(legs, plan, strict=True)):
            label = leg.name or f"union_arg{number}"
            rows += _aligned(leg.table(run).rows, places, columns, source_place, label)
        return Table(columns, tuple(rows))

    return Relation(columns, table, any(leg.is_open for leg in legs))


def _wildcard_legs(scope: Scope, node: Node) -> list[Relation]:
    pattern = next((inner for inner in node.walk() if inner.kind == "WildcardedName"), None)
    if pattern is None:
        return []
    text = "".join(token.text or "" for token in pattern.walk())
    tables = scope.compilation.environment.tables
    return [
        _table(tables[name].columns, name) for name in sorted(tables) if fnmatchcase(name, text)
    ]


def _table(columns: Iterable[tuple[str, str]], name: str) -> Relation:
    schema = tuple(Column(column, kql_type) for column, kql_type in columns)

    def table(run: Run) -> Table:
        given = run.tables.get(name)
        return Table(schema, () if given is None else tuple(given.aligned(schema)))

    return Relation(schema, table, name=name)


def _columns(node: Node, legs: list[Relation], source_column: str | None, kind: str) -> Schema:
    if isinstance(node.type, TableType) and not node.type.is_open:
        return schema_of(node)
    types: dict[str, list[str]] = {}
    for leg in legs:
        for column in leg.columns:
            found = types.setdefault(column.name, [])
            if column.type not in found:
                found.append(column.type)
    computed = [Column(source_column, "string")] if source_column else []
    for name, kinds in types.items():
        if kind == "inner" and not all(any(c.name == name for c in leg.columns) for leg in legs):
            continue
        suffixed = [Column(f"{name}_{kql_type}", kql_type) for kql_type in kinds]
        computed += [Column(name, kinds[0])] if len(kinds) == 1 else suffixed
    return named_by_service(node, unique(computed))


def _places(leg: Schema, columns: Schema) -> list[int | None]:
    """Return for each resulting column the place in the leg that fills it."""
    exact = {(column.name, column.type): index for index, column in enumerate(leg)}
    suffixed = {
        (f"{column.name}_{column.type}", column.type): index for index, column in enumerate(leg)
    }
    named = {column.name: index for index, column in enumerate(leg)}
    places: list[int | None] = []
    for column in columns:
        key = (column.name, column.type)
        place = exact.get(key, suffixed.get(key))
        if place is None and column.type in {"unknown", "error"}:
            place = named.get(column.name)
        places.append(place)
    return places


def _aligned(
    rows: Iterable[Row],
    places: list[int | None],
    columns: Schema,
    source_place: int | None,
    label: str,
) -> Iterable[Row]:
    missing = [null_of(column.type) for column in columns]
    if source_place is not None:
        missing[source_place] = label
        places = [None if i == source_place else place for i, place in enumerate(places)]
    picks = list(zip(places, missing, strict=True))
    for row in rows:
        yield tuple([value if place is None else row[place] for place, value in picks])


def piped(scope: Scope, node: Node, source: Relation) -> Relation:
    """Compile `T | union …`."""
    return union(scope, node, source)


def alone(scope: Scope, node: Node) -> Relation:
    """Compile `union …` at the start of a query."""
    return union(scope, node, None)


HANDLERS = {"UnionOperator": piped}
SOURCES = {"UnionOperator": alone}
