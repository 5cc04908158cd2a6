"""join and lookup, by hash of the keys. A null key matches nothing, '' matches ''."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from generator.kql.syntax import Node
from generator.kql_evaluator.expressions.comparison import comparable
from generator.kql_evaluator.operators.items import unique
from generator.kql_evaluator.operators.parameters import parameter_text
from generator.kql_evaluator.runtime import EarlyFilter, Expression, Keep, Relation, Run, fixed
from generator.kql_evaluator.scope import OperatorHandler, Scope, name_text, named_by_service
from generator.kql_evaluator.table import Schema, Table
from generator.kql_evaluator.values import Row, null_of


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of join returns: pairs, and which side's rows with a partner or without one."""

    pairs: bool = False
    left_alone: bool = False
    right_alone: bool = False
    left_semi: bool = False
    right_semi: bool = False
    deduplicates_left: bool = False


_LEFT_ANTI = Kind(left_alone=True)
_RIGHT_ANTI = Kind(right_alone=True)
_KINDS = {
    "innerunique": Kind(pairs=True, deduplicates_left=True),
    "inner": Kind(pairs=True),
    "leftouter": Kind(pairs=True, left_alone=True),
    "rightouter": Kind(pairs=True, right_alone=True),
    "fullouter": Kind(pairs=True, left_alone=True, right_alone=True),
    "leftsemi": Kind(left_semi=True),
    "rightsemi": Kind(right_semi=True),
    "anti": _LEFT_ANTI,
    "leftanti": _LEFT_ANTI,
    "leftantisemi": _LEFT_ANTI,
    "rightanti": _RIGHT_ANTI,
    "rightantisemi": _RIGHT_ANTI,
}

Keys = list[tuple[Expression, Expression]]


Combine = Callable[[Scope, Node, Relation, Relation], Relation]


def _with_right_side(combine: Combine) -> OperatorHandler:
    """Return the handler of an operator with a second table, whose columns may be known late."""

    def handler(scope: Scope, node: Node, left: Relation) -> Relation:
        right = scope.without_rows().tabular(node.child("Expression"))
        relation = combine(scope, node, left, right)
        if not right.is_open:
            return relation

        def table(run: Run) -> Table:
            late = fixed(right.table(run), is_open=True)
            return combine(scope, node, left, late).table(run)

        return Relation(relation.columns, table, is_open=True)

    return handler


def _join(scope: Scope, node: Node, left: Relation, right: Relation) -> Relation:
    word = parameter_text(node, "kind") or "innerunique"
    kind = _KINDS.get(word.lower())
    if kind is None:
        raise scope.unsupported(node, f"join kind={word}")
    clause = node.get("ConditionClause")
    if clause is None or clause.kind != "JoinOnClause":
        raise scope.unsupported(node, "join", "only with an `on` clause")
    keys = _keys(scope, clause, left, right)
    both = kind.pairs
    shown: Schema = ()
    if both or kind.left_semi or kind == _LEFT_ANTI:
        shown += left.columns
    if both or kind.right_semi or kind == _RIGHT_ANTI:
        shown += right.columns
    columns = named_by_service(node, unique(shown))

    is_open = left.is_open or right.is_open

    def joined(keep: Keep | None) -> Relation:
        def table(run: Run) -> Table:
            left_rows, right_rows = left.table(run).rows, right.table(run).rows
            if keep is not None:
                left_rows = tuple(row for row in left_rows if keep(row, run))
            joined = _joined(kind, keys, (left, left_rows), (right, right_rows), run)
            return Table(columns, run.budget.collect(joined, len(columns)))

        if is_open or not kind.deduplicates_left:
            return Relation(columns, table, is_open)

        def on(more: Keep) -> Relation:
            return joined(more if keep is None else _both(keep, more))

        early_filter = EarlyFilter(len(left.columns), on)
        return Relation(columns, table, early_filter=early_filter)

    return joined(None)


def _both(first: Keep, second: Keep) -> Keep:
    return lambda row, run: first(row, run) and second(row, run)


def _keys(scope: Scope, clause: Node, left: Relation, right: Relation) -> Keys:
    return [
        pair
        for condition in clause.child("Expressions").elements()
        for pair in _condition(scope, condition, left, right)
    ]


def _condition(scope: Scope, node: Node, left: Relation, right: Relation) -> Keys:
    if node.kind == "ParenthesizedExpression":
        return _condition(scope, node.child("Expression"), left, right)
    if node.kind == "AndExpression":
        return [
            pair
            for slot in ("Left", "Right")
            for pair in _condition(scope, node.child(slot), left, right)
        ]
    if node.kind == "NameReference":
        return [
            comparable(
                scope.on_rows_of(left).scalar(node),
                scope.on_rows_of(right).scalar(node),
            )
        ]
    if node.kind == "EqualExpression":
        sides = {_side(node.child(slot)): node.child(slot) for slot in ("Left", "Right")}
        if sides.keys() == {"$left", "$right"}:
            return [
                comparable(
                    _side_column(scope.on_rows_of(left), sides["$left"]),
                    _side_column(scope.on_rows_of(right), sides["$right"]),
                )
            ]
    raise scope.unsupported(node, "join condition", "only columns and $left.a == $right.b")


def _side(node: Node) -> str:
    while node.kind in {"PathExpression", "ElementExpression"}:
        node = node.child("Expression")
    return name_text(node)


def _side_column(scope: Scope, node: Node) -> Expression:
    """Compile `$left.a` over the rows of its side."""
    return scope.scalar(node.child("Selector"))


def _joined(
    kind: Kind,
    keys: Keys,
    left: tuple[Relation, Sequence[Row]],
    right: tuple[Relation, Sequence[Row]],
    run: Run,
) -> Iterable[Row]:
    run.budget.step(len(keys) * (len(left[1]) + len(right[1])))
    left_keyed = [(_key([pair[0] for pair in keys], row, run), row) for row in left[1]]
    right_keyed = [(_key([pair[1] for pair in keys], row, run), row) for row in right[1]]
    if kind.deduplicates_left:
        left_keyed = list(_first_with_each_key(left_keyed))
    partners: dict[Hashable, list[Row]] = {}
    for key, row in right_keyed:
        if key is not None:
            partners.setdefault(key, []).append(row)
    if kind.pairs:
        # Known before any is made: a hundred thousand rows with one key make ten billion.
        pairs = sum(len(partners.get(key, ())) for key, _ in left_keyed if key is not None)
        run.budget.foresee(pairs, len(left[0].columns) + len(right[0].columns))
    return _met(kind, (left[0], left_keyed), (right[0], right_keyed), partners)


Keyed = Sequence[tuple[Hashable, Row]]


def _met(
    kind: Kind,
    left: tuple[Relation, Keyed],
    right: tuple[Relation, Keyed],
    partners: Mapping[Hashable, Sequence[Row]],
) -> Iterable[Row]:
    left_keyed, right_keyed = left[1], right[1]
    no_left = tuple(null_of(column.type) for column in left[0].columns)
    no_right = tuple(null_of(column.type) for column in right[0].columns)
    for key, row in left_keyed:
        found = partners.get(key) if key is not None else None
        if found and kind.pairs:
            for partner in found:
                yield row + partner
        elif found and kind.left_semi:
            yield row
        elif not found and kind.left_alone:
            yield row + no_right if kind.pairs else row
    if kind.right_alone or kind.right_semi:
        known = {key for key, _ in left_keyed if key is not None}
        for key, row in right_keyed:
            if (key in known) is kind.right_semi:
                yield no_left + row if kind.pairs else row


def _key(expressions: Sequence[Expression], row: Row, run: Run) -> Hashable:
    values = tuple([expression.evaluate(row, run) for expression in expressions])
    return None if None in values else run.key(values)


def _first_with_each_key(keyed: Iterable[tuple[Hashable, Row]]) -> Iterable[tuple[Hashable, Row]]:
    seen: set[Hashable] = set()
    for key, row in keyed:
        if key is None or key not in seen:
            seen.add(key)
            yield key, row


def _lookup(scope: Scope, node: Node, left: Relation, right: Relation) -> Relation:
    word = parameter_text(node, "kind") or "leftouter"
    if word.lower() not in {"leftouter", "inner"}:
        raise scope.unsupported(node, f"lookup kind={word}")
    kind = _KINDS[word.lower()]
    clause = node.child("LookupClause")
    keys = _keys(scope, clause, left, right)
    key_columns = _right_key_columns(clause, right)
    kept = [i for i, column in enumerate(right.columns) if column.name not in key_columns]
    columns = named_by_service(node, unique(left.columns + tuple(right.columns[i] for i in kept)))
    width = len(left.columns)

    def table(run: Run) -> Table:
        left_rows, right_rows = left.table(run).rows, right.table(run).rows
        joined = _joined(kind, keys, (left, left_rows), (right, right_rows), run)
        rows = (row[:width] + tuple([row[width + i] for i in kept]) for row in joined)
        return Table(columns, run.budget.collect(rows, len(columns)))

    return Relation(columns, table, left.is_open or right.is_open)


def _right_key_columns(clause: Node, right: Relation) -> set[str]:
    names = {column.name for column in right.columns}
    found: set[str] = set()
    for inner in clause.walk():
        if inner.kind == "PathExpression" and _side(inner) == "$right":
            found.add(name_text(inner.child("Selector")))
    for condition in clause.child("Expressions").elements():
        if condition.kind == "NameReference":
            found.add(name_text(condition))
    return found & names


HANDLERS: dict[str, OperatorHandler] = {
    "JoinOperator": _with_right_side(_join),
    "LookupOperator": _with_right_side(_lookup),
}
