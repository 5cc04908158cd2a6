"""Where rows come from: tables, watchlists, datatable, print, range, externaldata, let, calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from generator.kql.syntax import Node, TableType
from generator.kql_evaluator.conversion import CONVERSIONS
from generator.kql_evaluator.errors import EvaluationError
from generator.kql_evaluator.expressions.calls import arguments_of
from generator.kql_evaluator.expressions.folding import converted
from generator.kql_evaluator.operators.items import items_of, unique
from generator.kql_evaluator.pipeline import traced
from generator.kql_evaluator.runtime import Relation, Run
from generator.kql_evaluator.scope import (
    Binding,
    NamedBody,
    Scope,
    TabularHandler,
    name_text,
    named_by_service,
    scalar_type,
    schema_of,
)
from generator.kql_evaluator.statements import shared
from generator.kql_evaluator.table import Column, Schema, Table
from generator.kql_evaluator.user_functions import body_scope
from generator.kql_evaluator.values import (
    Datetime,
    Row,
    Timespan,
    Value,
    null_of,
    wrap_long,
)


def _name(scope: Scope, node: Node) -> Relation:
    name = name_text(node)
    bound = scope.names.get(name, scope.compilation.named.get(name))
    if isinstance(bound, Relation):
        return bound
    if isinstance(bound, NamedBody):
        inner, body = bound.opened()
        return inner.tabular(body)
    if node.expansion is not None:
        return _user_function(scope, node)
    if isinstance(node.type, TableType) and (node.symbol is None or node.symbol.kind != "Function"):
        return traced(scope, node, name, table_named(name, node))
    if node.symbol is not None and name in scope.compilation.environment.functions:
        return traced(scope, node, name, _given_function(scope, node, name))
    raise scope.unsupported(node, name)


def table_named(name: str, node: Node) -> Relation:
    """Return a table of the workspace; one that a run does not give is empty."""
    columns = schema_of(node)
    is_open = isinstance(node.type, TableType) and node.type.is_open

    def table(run: Run) -> Table:
        given = run.tables.get(name)
        if given is None:
            return Table(columns)
        if not is_open:
            return Table(columns, tuple(given.aligned(columns)))
        known = {column.name for column in given.columns}
        wide = given.columns + tuple(column for column in columns if column.name not in known)
        return Table(wide, tuple(given.aligned(wide)))

    return Relation(columns, table, is_open, name)


def _path(scope: Scope, node: Node) -> Relation:
    """`workspace("x").T`, `resource("x").T`: the same tables, for there is one workspace here."""
    selector = node.child("Selector")
    root = node.child("Expression")
    name = name_text(root.child("Name")) if root.kind == "FunctionCallExpression" else ""
    if name in {"workspace", "resource", "database"}:
        return scope.tabular(selector)
    raise scope.unsupported(root, f"{name}()" if name else "")


def _inner(scope: Scope, node: Node) -> Relation:
    return scope.tabular(node.child("Expression"))


def _materialize(scope: Scope, node: Node) -> Relation:
    return shared(_inner(scope, node), next(scope.compilation.slots))


def _pipe(scope: Scope, node: Node) -> Relation:
    source = scope.tabular(node.child("Expression"))
    return scope.compilation.handlers.operator(scope, node.child("Operator"), source)


def _call(scope: Scope, node: Node) -> Relation:
    if node.expansion is not None:
        return _user_function(scope, node)
    name = name_text(node.child("Name"))
    if name == "table":
        argument = scope.scalar(arguments_of(node)[0])
        if not argument.is_constant:
            raise scope.unsupported(node, reason="the table's name is not a constant")
        name = str(argument.value)
        scope.compilation.reads.tables.add(name)
        return traced(scope, node, name, table_named(name, node))
    if name == "_GetWatchlist":
        return traced(scope, node, name, _watchlist(scope, node))
    if name == "materialize":
        relation = scope.tabular(arguments_of(node)[0])
        return shared(relation, next(scope.compilation.slots))
    if name in scope.compilation.environment.functions:
        return traced(scope, node, name, _given_function(scope, node, name))
    raise scope.unsupported(node)


def _given_function(scope: Scope, node: Node, name: str) -> Relation:
    """A workspace function that is declared by its result alone: the run gives its rows by name.

    Its arguments are not applied to them: the rows are what the call returns.
    """
    columns = schema_of(node)
    place = scope.place(node)
    scope.compilation.reads.functions.add(name)

    def table(run: Run) -> Table:
        given = run.tables.get(name)
        if given is None:
            raise EvaluationError(f"the function {name} is not given", *place)
        return Table(columns, tuple(given.aligned(columns)))

    is_open = isinstance(node.type, TableType) and node.type.is_open
    return Relation(columns, table, is_open, name)


def call_with(scope: Scope, node: Node, first: Relation) -> Relation:
    """Compile `invoke f(…)`: a call whose first argument is the table before it."""
    arguments: list[Binding] = [first, *_arguments(scope, node)]
    inner, body = body_scope(scope, node, arguments)
    return inner.tabular(body)


def _user_function(scope: Scope, node: Node) -> Relation:
    inner, body = body_scope(scope, node, _arguments(scope, node))
    return inner.tabular(body)


def _arguments(scope: Scope, node: Node) -> list[Binding]:
    if node.kind != "FunctionCallExpression":
        return []
    return [
        scope.tabular(argument)
        if isinstance(argument.type, TableType)
        else scope.argument(argument)
        for argument in arguments_of(node)
    ]


def _watchlist(scope: Scope, node: Node) -> Relation:
    alias = scope.scalar(arguments_of(node)[0])
    if not alias.is_constant:
        raise scope.unsupported(node, reason="the watchlist's alias is not a constant")
    columns = schema_of(node)
    is_open = isinstance(node.type, TableType) and node.type.is_open
    wanted = str(alias.value).lower()
    scope.compilation.reads.watchlists.add(wanted)
    place = scope.place(node)

    def table(run: Run) -> Table:
        given = run.watchlists.get(wanted)
        if given is None:
            raise EvaluationError(f"the watchlist {alias.value} is not given", *place)
        if not is_open:
            return Table(columns, tuple(given.aligned(columns)))
        known = {column.name for column in given.columns}
        wide = (*given.columns, *(column for column in columns if column.name not in known))
        return Table(wide, tuple(given.aligned(wide)))

    return Relation(columns, table, is_open)


def _declared(node: Node) -> Schema:
    return tuple(
        Column(name_text(column.child("Name")), name_text(column.child("Type")))
        for column in node.child("Schema").child("Columns").elements()
    )


def _data_table(scope: Scope, node: Node) -> Relation:
    columns = schema_of(node) or _declared(node)
    cells = node.child("Values").elements()
    if not columns or len(cells) % len(columns):
        raise scope.failure(node, "the number of values is no multiple of the number of columns")
    inner = scope.without_rows()
    values: list[Value] = []
    for index, cell in enumerate(cells):
        kql_type = columns[index % len(columns)].type
        expression = inner.scalar(cell)
        if not expression.is_constant:
            raise scope.unsupported(cell, reason="a value of datatable that is not a constant")
        values.append(_cell(expression.value, kql_type))
    rows = [
        tuple(values[start : start + len(columns)]) for start in range(0, len(values), len(columns))
    ]
    table = Table(columns, tuple(rows))
    return Relation(columns, lambda _run: table)


def _cell(value: Value, kql_type: str) -> Value:
    return null_of(kql_type) if value is None else CONVERSIONS[kql_type](value)


def _print(scope: Scope, node: Node) -> Relation:
    items = items_of(scope.without_rows(), node.child("Expressions").elements())
    named = [
        Column(item.name if item.is_named else f"print_{index}", item.expression.type)
        for index, item in enumerate(items)
    ]
    columns = named_by_service(node, unique(named))
    readers = [item.expression.evaluate for item in items]
    return Relation(
        columns, lambda run: Table(columns, (tuple([read((), run) for read in readers]),))
    )


MAX_RANGE_ROWS = 1_000_000
"""Rows that `range` may produce here; the engine's own limit is on memory."""


def _range(scope: Scope, node: Node) -> Relation:
    columns = named_by_service(
        node, (Column(name_text(node.child("Name")), scalar_type(node.child("From"))),)
    )
    kql_type = columns[0].type
    inner = scope.without_rows()
    start, end, step = (inner.scalar(node.child(slot)) for slot in ("From", "To", "Step"))
    if kql_type in {"int", "long", "real", "decimal"}:
        start, end, step = (converted(part, kql_type) for part in (start, end, step))

    def table(run: Run) -> Table:
        parts = [part.evaluate((), run) for part in (start, end, step)]
        return Table(columns, run.budget.collect(_steps(scope, node, parts, kql_type), 1))

    return Relation(columns, table)


def _steps(scope: Scope, node: Node, parts: Sequence[Value], kql_type: str) -> Iterable[Row]:
    value, end, step = parts
    if None in parts or step == 0:
        raise scope.failure(node, "range needs a start, an end and a step other than zero")
    wrap = {"datetime": Datetime, "timespan": Timespan}.get(kql_type)
    for count in range(MAX_RANGE_ROWS + 1):
        current = value + count * step
        if (current > end) if step > 0 else (current < end):
            return
        yield (wrap(current) if wrap else wrap_long(current) if kql_type == "long" else current,)
    raise scope.unsupported(node, "range", f"more than {MAX_RANGE_ROWS:,} rows")


def _external_data(scope: Scope, node: Node) -> Relation:
    columns = schema_of(node) or _declared(node)
    addresses = [scope.scalar(address) for address in node.child("URIs").elements()]
    if not all(address.is_constant for address in addresses):
        raise scope.unsupported(node, "externaldata", "an address that is not a constant")
    urls = [str(address.value) for address in addresses]
    scope.compilation.reads.external_data.update(urls)
    place = scope.place(node)

    def table(run: Run) -> Table:
        rows: list[Row] = []
        for url in urls:
            given = run.external_data.get(url)
            if given is None:
                raise EvaluationError(f"the external data of {url} is not given", *place)
            rows += given.aligned(columns)
        return Table(columns, tuple(rows))

    return Relation(columns, table)


HANDLERS: dict[str, TabularHandler] = {
    "NameReference": _name,
    "PathExpression": _path,
    "ParenthesizedExpression": _inner,
    "SimpleNamedExpression": _inner,
    "ToTableExpression": _inner,
    "MaterializeExpression": _materialize,
    "PipeExpression": _pipe,
    "FunctionCallExpression": _call,
    "DataTableExpression": _data_table,
    "PrintOperator": _print,
    "RangeOperator": _range,
    "ExternalDataExpression": _external_data,
}
