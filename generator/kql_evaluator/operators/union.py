"""union: columns meet by name and type, missing ones are null or ''."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from generator.kql.syntax import Node, TableType
from generator.kql_evaluator.operators.items import unique
from generator.kql_evaluator.operators.parameters import parameter_text
from generator.kql_evaluator.runtime import Relation, Run
from generator.kql_evaluator.scope import Scope, schema_of
from generator.kql_evaluator.table import Column, Schema, Table
from generator.kql_evaluator.values import Row, null_of
from generator.text.globs import starred


def union(scope: Scope, node: Node, source: Relation | None) -> Relation:
    """Compile `union …`, with a table before the pipe or without."""
    legs = [] if source is None else [source]
    inner = scope.without_rows()
    for item in node.child("Expressions").elements():
        legs += _wildcard_legs(inner, item) or [inner.tabular(item)]
    source_column = parameter_text(node, "withsource", "with_source")
    kind = (parameter_text(node, "kind") or "outer").lower()
    is_open = any(leg.is_open for leg in legs)
    known = _columns(node, [leg.columns for leg in legs], source_column, kind)
    labels = [leg.name or f"union_arg{number}" for number, leg in enumerate(legs)]

    def table(run: Run) -> Table:
        parts = [leg.table(run) for leg in legs]
        schemas = [part.columns for part in parts]
        columns = _columns(node, schemas, source_column, kind) if is_open else known
        place = None
        if source_column is not None:
            place = [column.name for column in columns].index(source_column)
        run.budget.rows(sum(len(part.rows) for part in parts), len(columns))
        rows: list[Row] = []
        for part, label in zip(parts, labels, strict=True):
            rows += _aligned(part, columns, place, label)
        return Table(columns, tuple(rows))

    return Relation(known, table, is_open)


def _wildcard_legs(scope: Scope, node: Node) -> list[Relation]:
    pattern = next((inner for inner in node.walk() if inner.kind == "WildcardedName"), None)
    if pattern is None:
        return []
    text = "".join(token.text or "" for token in pattern.walk())
    wanted = starred(text)
    tables = scope.compilation.environment.tables
    return [_table(tables[name].columns, name) for name in sorted(tables) if wanted.matches(name)]


def _table(columns: Iterable[tuple[str, str]], name: str) -> Relation:
    schema = tuple(Column(column, kql_type) for column, kql_type in columns)

    def table(run: Run) -> Table:
        given = run.tables.get(name)
        return Table(schema, () if given is None else tuple(given.aligned(schema)))

    return Relation(schema, table, name=name)


def _columns(node: Node, schemas: Sequence[Schema], source_column: str | None, kind: str) -> Schema:
    """Return the service's columns where it knows them all, else the same ones made here."""
    given = schema_of(node)
    is_known = isinstance(node.type, TableType) and not node.type.is_open
    # The service leaves kind=inner aside; the reference keeps the columns that all parts have.
    if is_known and kind != "inner" and all(column.type not in _LOOSE for column in given):
        return given
    types: dict[str, list[str]] = {}
    for schema in schemas:
        for column in schema:
            found = types.setdefault(column.name, [])
            if column.type not in found:
                found.append(column.type)
    computed = [Column(source_column, "string")] if source_column else []
    for name, kinds in types.items():
        if kind == "inner" and not all(any(c.name == name for c in schema) for schema in schemas):
            continue
        typed = [kql_type for kql_type in kinds if kql_type not in _LOOSE] or kinds[:1]
        suffixed = [Column(f"{name}_{kql_type}", kql_type) for kql_type in typed]
        computed += [Column(name, typed[0])] if len(typed) == 1 else suffixed
    return unique(computed)


_LOOSE = frozenset({"unknown", "error"})


def _places(leg: Schema, columns: Schema) -> list[int | None]:
    """Return for each resulting column the place in the leg that fills it."""
    exact: dict[tuple[str, str], int] = {}
    for index, column in enumerate(leg):
        exact[f"{column.name}_{column.type}", column.type] = index
    for index, column in enumerate(leg):
        exact[column.name, column.type] = index
    loose = {column.name: index for index, column in enumerate(leg) if column.type in _LOOSE}
    return [exact.get((column.name, column.type), loose.get(column.name)) for column in columns]


def _aligned(part: Table, columns: Schema, source_place: int | None, label: str) -> Iterable[Row]:
    places = _places(part.columns, columns)
    missing = [null_of(column.type) for column in columns]
    if source_place is not None:
        missing[source_place] = label
        places[source_place] = None
    picks = list(zip(places, missing, strict=True))
    for row in part.rows:
        yield tuple([value if place is None else row[place] for place, value in picks])


def piped(scope: Scope, node: Node, source: Relation) -> Relation:
    """Compile `T | union …`."""
    return union(scope, node, source)


def alone(scope: Scope, node: Node) -> Relation:
    """Compile `union …` at the start of a query."""
    return union(scope, node, None)


HANDLERS = {"UnionOperator": piped}
SOURCES = {"UnionOperator": alone}
