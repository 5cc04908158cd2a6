"""evaluate: bag_unpack and pivot, whose columns only the rows tell, and lookups of addresses."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from generator.kql.syntax import Node, TableType
from generator.kql_evaluator.budget import STEPS_OF_A_ROW
from generator.kql_evaluator.conversion import CONVERSIONS
from generator.kql_evaluator.expressions.calls import arguments_of
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.functions.addresses import ipv4_is_in_range, ipv6_is_in_range
from generator.kql_evaluator.operators.items import unique
from generator.kql_evaluator.operators.summarize import grouping
from generator.kql_evaluator.runtime import Relation, Run
from generator.kql_evaluator.scope import (
    OperatorHandler,
    Scope,
    name_text,
    named_by_service,
    schema_of,
)
from generator.kql_evaluator.table import Column, Schema, Table
from generator.kql_evaluator.values import Row, Value, null_of, type_of

Plugin = Callable[[Scope, Node, Relation], Relation]


def _evaluate(scope: Scope, node: Node, source: Relation) -> Relation:
    call = node.child("FunctionCall")
    name = name_text(call.child("Name"))
    plugin = PLUGINS.get(name)
    if plugin is None:
        raise scope.unsupported(call, f"evaluate {name}")
    relation = plugin(scope, call, source)
    if node.get("Schema") is None or not isinstance(node.type, TableType):
        return relation
    columns = schema_of(node)

    def table(run: Run) -> Table:
        return _typed(relation.table(run), columns)

    return Relation(columns, table)


def _typed(table: Table, columns: Schema) -> Table:
    """Return the columns that a declared schema asks for; values of other types are null."""
    types = {column.name: column.type for column in table.columns}
    rows = tuple(
        tuple(
            _cast(value, types.get(column.name), column.type)
            for value, column in zip(row, columns, strict=True)
        )
        for row in table.aligned(columns)
    )
    return Table(columns, rows)


def _cast(value: Value, source: str | None, target: str) -> Value:
    if value is None:
        return null_of(target)
    return value if source == target else CONVERSIONS[target](value)


def _index(scope: Scope, node: Node, source: Relation) -> int:
    index = scope.on_rows_of(source).column_index(name_text(node))
    if node.kind != "NameReference" or index is None:
        raise scope.unsupported(node, reason="a plugin's column must be a column of its input")
    return index


def _constant(scope: Scope, arguments: Sequence[Node], index: int, default: Value) -> Value:
    if index >= len(arguments):
        return default
    argument = arguments[index]
    node = argument.child("Expression") if argument.kind == "SimpleNamedExpression" else argument
    expression = scope.without_rows().scalar(node)
    if not expression.is_constant:
        raise scope.unsupported(argument, reason="a plugin's option must be a constant")
    return expression.value


_UNPACK_OPTIONS = ("OutputColumnPrefix", "columnsConflict", "ignoredProperties")


def _options(scope: Scope, nodes: Sequence[Node], names: Sequence[str]) -> dict[str, Value]:
    """Return options given by name or by position.

    Raises UnsupportedConstruct for a name that the plugin does not have.
    """
    options: dict[str, Value] = {}
    for index, node in enumerate(nodes):
        is_named = node.kind == "SimpleNamedExpression"
        name = name_text(node.child("Name")) if is_named else names[index]
        if name not in names:
            raise scope.unsupported(node, reason=f"the plugin has no option {name}")
        options[name] = _constant(scope, nodes, index, None)
    return options


def _bag_unpack(scope: Scope, call: Node, source: Relation) -> Relation:
    arguments = arguments_of(call)
    bag = _index(scope, arguments[0], source)
    options = _options(scope, arguments[1:], _UNPACK_OPTIONS)
    prefix = str(options.get("OutputColumnPrefix", ""))
    conflict = str(options.get("columnsConflict", "error"))
    ignored = set(options.get("ignoredProperties") or ())

    def table(run: Run) -> Table:
        given = source.table(run)
        kept = [i for i in range(len(given.columns)) if i != bag]
        found = _properties(given.rows, bag, ignored)
        names = {given.columns[i].name for i in kept}
        both = {key for key in found if prefix + key in names}
        if both and conflict == "error":
            message = f"bag_unpack: the column {prefix}{min(both)} is there already"
            raise scope.failure(call, message)
        if conflict == "replace_source":
            kept = [i for i in kept if given.columns[i].name not in {prefix + key for key in both}]
        elif conflict == "keep_source":
            found = {key: kql_type for key, kql_type in found.items() if key not in both}
        keys = sorted(found)
        run.budget.rows(len(given.rows), len(kept) + len(keys))
        run.budget.step(len(given.rows) * len(keys))
        columns = (
            *(given.columns[i] for i in kept),
            *(Column(prefix + key, found[key]) for key in keys),
        )
        rows = tuple(
            tuple([row[i] for i in kept] + [_property(row[bag], key, found[key]) for key in keys])
            for row in given.rows
        )
        return Table(columns, rows)

    known = tuple(column for i, column in enumerate(source.columns) if i != bag)
    return Relation(known, table, is_open=True)


def _properties(rows: Iterable[Row], bag: int, ignored: set[Value]) -> dict[str, str]:
    """Return the type of each property: the one that all its values have, else dynamic."""
    types: dict[str, set[str]] = {}
    for row in rows:
        if isinstance(row[bag], dict):
            for key, value in row[bag].items():
                if key not in ignored:
                    types.setdefault(key, set()).update(() if value is None else (type_of(value),))
    return {key: found.pop() if len(found) == 1 else "dynamic" for key, found in types.items()}


def _property(value: Value, key: str, kql_type: str) -> Value:
    found = value.get(key) if isinstance(value, dict) else None
    return null_of(kql_type) if found is None else found


def _pivot(scope: Scope, call: Node, source: Relation) -> Relation:
    arguments = arguments_of(call)
    pivot = _index(scope, arguments[0], source)
    rest = list(arguments[1:])
    aggregate = rest.pop(0) if rest and rest[0].kind == "FunctionCallExpression" else None
    used = {pivot}
    if aggregate is not None:
        used |= {
            index
            for argument in arguments_of(aggregate)
            if (index := scope.on_rows_of(source).column_index(name_text(argument))) is not None
        }
    by = [_index(scope, argument, source) for argument in rest]
    if not by:
        by = [i for i in range(len(source.columns)) if i not in used]
    parts = grouping(scope, source, (), [] if aggregate is None else [aggregate])
    cell = "long" if aggregate is None else parts.items[0].expression.type

    def value_of(rows: Sequence[Row], run: Run) -> Value:
        return len(rows) if aggregate is None else parts.results((), rows, run)[0]

    def table(run: Run) -> Table:
        given = source.table(run)
        heads = list(dict.fromkeys(to_text(row[pivot]) for row in given.rows))
        groups: dict[Hashable, tuple[Row, dict[str, list[Row]]]] = {}
        for row in given.rows:
            keys = tuple(row[i] for i in by)
            cells = groups.setdefault(run.key(keys), (keys, {}))[1]
            cells.setdefault(to_text(row[pivot]), []).append(row)
        columns = (*(given.columns[i] for i in by), *(Column(head, cell) for head in heads))
        # One cell for each group and each head, however few of them rows fill.
        run.budget.rows(len(groups), len(columns))
        run.budget.step(len(groups) * len(heads) * STEPS_OF_A_ROW)
        rows = tuple(
            keys + tuple(value_of(cells.get(head, []), run) for head in heads)
            for keys, cells in groups.values()
        )
        return Table(columns, rows)

    return Relation(tuple(source.columns[i] for i in by), table, is_open=True)


_STEPS_OF_A_RANGE = 24
"""An address and a range are read from text for each pair."""


def _ip_lookup(in_range: Callable[[str, str], bool | None]) -> Plugin:
    """ipv4_lookup and ipv6_lookup: rows meet those of a table whose range holds their address."""

    def lookup(scope: Scope, call: Node, source: Relation) -> Relation:
        arguments = arguments_of(call)
        options = [node for node in arguments if node.kind == "SimpleNamedExpression"]
        ranges = scope.without_rows().tabular(arguments[0])
        if ranges.is_open or len(arguments) - len(options) != 3:
            raise scope.unsupported(call, reason="extra keys, or a table of unknown columns")
        address = scope.on_rows_of(source).scalar(arguments[1]).evaluate
        network = scope.on_rows_of(ranges).scalar(arguments[2]).evaluate
        keeps_unmatched = any(_constant(scope, options, i, None) for i in range(len(options)))
        columns = named_by_service(call, unique(source.columns + ranges.columns))
        missing = tuple(null_of(column.type) for column in ranges.columns)

        def table(run: Run) -> Table:
            networks = [(network(row, run), row) for row in ranges.table(run).rows]
            rows: list[Row] = []
            for row in source.table(run).rows:
                run.budget.step(len(networks) * _STEPS_OF_A_RANGE)
                text = to_text(address(row, run))
                found = [other for within, other in networks if in_range(text, to_text(within))]
                if not found and keeps_unmatched:
                    found = [missing]
                run.budget.rows(len(found), len(columns))
                rows += [row + other for other in found]
            return Table(columns, tuple(rows))

        return Relation(columns, table, source.is_open)

    return lookup


PLUGINS: Mapping[str, Plugin] = {
    "bag_unpack": _bag_unpack,
    "pivot": _pivot,
    "ipv4_lookup": _ip_lookup(ipv4_is_in_range),
    "ipv6_lookup": _ip_lookup(ipv6_is_in_range),
}

HANDLERS: dict[str, OperatorHandler] = {"EvaluateOperator": _evaluate}
