"""Functions of neighbouring rows (prev, row_number) on rows that have no order.

Which operators give rows an order, keep it and lose it is the reference's list (window functions,
serialize operator). Where that list is silent, or a table comes from outside, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from generator.kql.syntax import Expansion, Node, TableType
from generator.kql_evaluator.functions import catalogue
from generator.kql_evaluator.refusals.bodies import once
from generator.kql_evaluator.refusals.refusal import Refusal
from generator.kql_evaluator.scope import name_text
from generator.kql_evaluator.user_functions import (
    BEFORE_INVOKE,
    listed_arguments,
    matched_arguments,
)

Order = bool | None
"""Whether rows are serialized; None where that is not known."""

_ORDERING = frozenset(
    {"SortOperator", "TopOperator", "TopHittersOperator", "SerializeOperator", "GetSchemaOperator"}
)
_UNORDERING = frozenset(
    {
        "SummarizeOperator",
        "DistinctOperator",
        "JoinOperator",
        "SampleOperator",
        "SampleDistinctOperator",
        "TopNestedOperator",
        "CountOperator",
        "FacetOperator",
        "ReduceByOperator",
        "MakeSeriesOperator",
    }
)
_KEEPING = frozenset(
    {
        "AsOperator",
        "ExtendOperator",
        "FilterOperator",
        "MvExpandOperator",
        "ParseOperator",
        "ParseWhereOperator",
        "ParseKvOperator",
        "ProjectOperator",
        "ProjectAwayOperator",
        "ProjectKeepOperator",
        "ProjectRenameOperator",
        "ProjectReorderOperator",
        "ProjectByNamesOperator",
        "RenderOperator",
        "TakeOperator",
        "ConsumeOperator",
    }
)
_HOPELESS = frozenset({"EvaluateOperator", "LookupOperator", "UnionOperator", "MvApplyOperator"})
"""Operators of which the pages do not agree: rows without an order at least do not get one."""

_COMPUTING = frozenset(
    {
        "DistinctOperator",
        "ExtendOperator",
        "FilterOperator",
        "MakeSeriesOperator",
        "MvExpandOperator",
        "ParseOperator",
        "ParseWhereOperator",
        "ProjectOperator",
        "SortOperator",
        "SummarizeOperator",
        "TopOperator",
    }
)
"""Operators whose expressions see the rows as they come in; serialize orders them itself."""

_BRANCHING = frozenset({"FacetOperator", "ForkOperator", "PartitionOperator"})
_BRANCHES = {
    "FacetWithExpressionClause": "Expression",
    "ForkExpression": "Expression",
    "PartitionSubquery": "Subquery",
}
"""Operators that run pipes on their own input, and where each of the pipes stands."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where nodes of a body stand in the query, and the order of the tables that it can name."""

    tables: Mapping[str, Order] = field(default_factory=dict)
    offset: int = 0
    caller: tuple[int, int] | None = None

    def of(self, node: Node) -> tuple[int, int]:
        return self.caller or (node.start + self.offset, node.end + self.offset)


def serialization_refusals(tree: Node) -> Iterator[Refusal]:
    """Yield the calls of window functions on rows that are not serialized."""
    if tree.get("Statements") is None:
        return iter(())
    finder = _Finder()
    finder.body(tree, _Place())
    return once(iter(finder.found))


class _Finder:
    """Follows every table of a query from its source to its end."""

    def __init__(self) -> None:
        self.found: list[Refusal] = []
        self._windows = frozenset(catalogue().windows)

    def body(self, root: Node, place: _Place) -> Order:
        """Follow the statements of a query or a body and return the order of its result."""
        order: Order = None
        for statement in root.child("Statements").elements():
            value = statement.get("Expression")
            if value is None or value.kind == "FunctionDeclaration":
                continue
            order = self._expression(value, place)
            if statement.kind == "LetStatement" and isinstance(value.type, TableType):
                names = {**place.tables, name_text(statement.child("Name")): order}
                place = _Place(names, place.offset, place.caller)
        result = root.get("Expression")
        return order if result is None else self._expression(result, place)

    def _expression(self, node: Node, place: _Place) -> Order:
        operators: list[Node] = []
        while node.kind == "PipeExpression":
            operators.append(node.child("Operator"))
            node = node.child("Expression")
        order = self._source(node, place)
        for operator in reversed(operators):
            order = self._operator(operator, order, place)
        return order

    def _source(self, node: Node, place: _Place) -> Order:
        if node.kind == "NameReference":
            return False if _is_declared_table(node) else place.tables.get(name_text(node))
        if node.kind == "ParenthesizedExpression":
            return self._expression(node.child("Expression"), place)
        if node.expansion is not None:
            return self._call(node, node.expansion, place)
        if node.kind == "UnionOperator":
            return self._operator(node, False, place)
        orders = self._inner(node, place)
        is_kept = node.kind == "MaterializeExpression" and len(orders) == 1
        return orders[0] if is_kept else (True if node.kind == "RangeOperator" else None)

    def _call(self, node: Node, expansion: Expansion, place: _Place, before: Order = None) -> Order:
        """Follow a function with the tables of its call; `before` is what `invoke` hands over."""
        orders = dict(
            enumerate(self._expression(argument, place) for argument in listed_arguments(node))
        )
        orders[BEFORE_INVOKE] = before
        tables = {} if expansion.offset is None else dict(place.tables)
        matched = matched_arguments(node, expansion)
        for parameter in expansion.parameters:
            at = matched.get(parameter.name)
            tables[parameter.name] = None if at is None else orders[at]
        caller = place.caller
        if expansion.offset is None or place.caller is not None or place.offset:
            caller = place.of(node)
        return self.body(expansion.body, _Place(tables, expansion.offset or 0, caller))

    def _operator(self, node: Node, before: Order, place: _Place) -> Order:
        if before is False and node.kind in _COMPUTING:
            self._refuse_windows(node, place)
        if node.kind == "InvokeOperator":
            call = node.child("Function")
            expansion = call.expansion
            return None if expansion is None else self._call(call, expansion, place, before)
        inner = self._inner(node, place)
        if node.kind in _BRANCHING:
            self._branches(node, before, place)
        return _order_behind(node.kind, before, inner)

    def _branches(self, node: Node, before: Order, place: _Place) -> None:
        """Follow what fork, facet and partition run on their own input."""
        if node.kind == "PartitionOperator" and before is True:
            before = None  # whether the parts keep the order depends on the strategy
        pending = list(reversed(node.children))
        while pending:
            child = pending.pop()
            branch = child.get(_BRANCHES[child.kind]) if child.kind in _BRANCHES else None
            if branch is not None:
                self._branch(branch, before, place)
            elif child.kind == "List":
                pending.extend(reversed(child.children))

    def _branch(self, node: Node, before: Order, place: _Place) -> None:
        operators: list[Node] = []
        while node.kind == "PipeExpression":
            operators.append(node.child("Operator"))
            node = node.child("Expression")
        order = before
        for operator in (node, *reversed(operators)):
            order = self._operator(operator, order, place)

    def _inner(self, node: Node, place: _Place) -> list[Order]:
        """Follow the tables inside of a node, and return the order of each."""
        orders: list[Order] = []
        pending = list(reversed(node.children))
        while pending:
            child = pending.pop()
            if child.kind == "FunctionDeclaration" or child.kind in _BRANCHES:
                continue
            is_call = child.kind == "FunctionCallExpression" and child.expansion is not None
            if is_call or (isinstance(child.type, TableType) and child.kind in _TABLES):
                orders.append(self._expression(child, place))
            else:
                pending.extend(reversed(child.children))
        return orders

    def _refuse_windows(self, node: Node, place: _Place) -> None:
        pending = list(reversed(node.children))
        while pending:
            child = pending.pop()
            if isinstance(child.type, TableType) and child.kind in _TABLES:
                continue
            if child.kind == "FunctionCallExpression" and child.expansion is None:
                name = name_text(child.child("Name"))
                if name in self._windows:
                    self.found.append(
                        Refusal(
                            f"{name}() needs rows in an order, and these have none",
                            *place.of(child),
                            "put `sort by` (or `serialize`, where any order will do) before it",
                        )
                    )
            pending.extend(reversed(child.children))


def _order_behind(kind: str, before: Order, inner: list[Order]) -> Order:
    """Return the order of what an operator gives; `inner` is that of the tables inside of it."""
    if kind in _ORDERING:
        return True
    if kind in _UNORDERING:
        return False
    if kind in _KEEPING:
        return before
    if kind in _HOPELESS:
        return False if before is False and all(one is False for one in inner) else None
    return None


def _is_declared_table(node: Node) -> bool:
    """Whether a name is a table for certain: one that nobody declared may be a saved function."""
    is_table = node.symbol is not None and node.symbol.kind == "Table"
    return is_table and isinstance(node.type, TableType) and bool(node.type.columns)


_TABLES = frozenset({"PipeExpression", "NameReference", "ParenthesizedExpression"})
"""Expressions inside of an operator that are tables of their own."""
