"""Lists of expressions that become columns: `a, b = f(x), (c, d) = g(y)` of project and others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generator.kql.syntax import Node
from generator.kql_evaluator.expressions.folding import unary
from generator.kql_evaluator.runtime import Expression
from generator.kql_evaluator.scope import Scope, name_text
from generator.kql_evaluator.table import Column, Schema
from generator.kql_evaluator.values import Value


@dataclass(frozen=True, slots=True)
class Item:
    """One resulting column.

    `is_named`: the query gives the name with `name =`. `is_numbered`: nothing gives one, and the
    name is only its number.
    """

    name: str
    is_named: bool
    expression: Expression
    is_numbered: bool = False

    @property
    def column(self) -> Column:
        """Its name and type."""
        return Column(self.name, self.expression.type)


def items_of(scope: Scope, nodes: Iterable[Node]) -> list[Item]:
    """Compile the elements of an expression list, tuples taken apart into their columns."""
    items: list[Item] = []
    for node in nodes:
        expression = scope.scalar(_expression(node))
        names = _names(node)
        if expression.type == "tuple":
            items.extend(_parts(expression, names))
        elif names:
            items.append(Item(names[0], is_named=True, expression=expression))
        else:
            name = node.name or f"Column{len(items) + 1}"
            items.append(
                Item(name, is_named=False, expression=expression, is_numbered=not node.name)
            )
    return items


def _expression(node: Node) -> Node:
    if node.kind in {"SimpleNamedExpression", "CompoundNamedExpression"}:
        return node.child("Expression")
    return node


def _names(node: Node) -> list[str]:
    if node.kind == "SimpleNamedExpression":
        return [name_text(node.child("Name"))]
    if node.kind == "CompoundNamedExpression":
        return [name_text(name) for name in node.child("Names").child("Names").elements()]
    return []


def _parts(expression: Expression, names: Sequence[str]) -> list[Item]:
    return [
        Item(
            names[index] if index < len(names) else column.name,
            index < len(names),
            _part(expression, index, column.type),
        )
        for index, column in enumerate(expression.columns)
    ]


def _part(expression: Expression, index: int, kql_type: str) -> Expression:
    def part(values: tuple[Value, ...] | None) -> Value:
        return values[index] if values is not None and index < len(values) else None

    return unary(part, expression, kql_type)


def unique(columns: Iterable[Column]) -> Schema:
    """Return columns with a number put behind names that came before, as the service does."""
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    named: list[Column] = []
    for column in columns:
        name, number = column.name, numbers.get(column.name, 0)
        while name in taken:
            number += 1
            name = f"{column.name}{number}"
        numbers[column.name] = number
        taken.add(name)
        named.append(Column(name, column.type))
    return tuple(named)
