"""The bound syntax tree of a query, as Python values.

Kinds, slots and types are the service's own words (`FilterOperator`, `Condition`, `long`): the
names of Kusto.Language.Syntax. Nothing here interprets a query; it says what the service decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TableType:
    """Columns as (name, type) in order. `is_open`: there may be more of them than are known."""

    columns: tuple[tuple[str, str], ...]
    is_open: bool


Type = str | TableType
"""A scalar type by its KQL name (`long`, `dynamic`, `unknown`, `error`), or the type of a table."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a name or an operator was bound to.

    `kind` is the service's SymbolKind: Column, Table, Function, Variable, Parameter, Operator,
    Database, Primitive, … `parameters` names those of the signature that a call was resolved to.
    """

    name: str
    kind: str
    type: Type | None
    parameters: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a called function and its default, where it has one."""

    name: str
    default: Node | None


@dataclass(frozen=True, slots=True)
class Expansion:
    """The body of a called user function (let or declared), bound with the types of this one call.

    Parameters appear in it as symbols of kind Variable. Offsets inside `body` count from the start
    of the body's own text; `offset` is where that text stands in the text that declares the
    function, or None for a function that was declared outside. Offsets inside of defaults count
    from the start of the declaring text.
    """

    offset: int | None
    parameters: tuple[Parameter, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Node:
    """A node or a token.

    `slot` is the name of the place that it takes in its parent (`Condition`, `Left`), None for
    elements of a list. `start` and `end` are character offsets without the blanks before. `text` is
    set for tokens only. `type` is the result type of an expression or operator. `name` is the
    column name that an expression in a list results in, None where it gives none of its own.
    `value` is the value of a literal: str, bool, and as text a number, the ticks (100 ns) of a
    timespan, a datetime as written between the parentheses; None for null.
    """

    kind: str
    slot: str | None
    start: int
    end: int
    text: str | None = None
    type: Type | None = None
    name: str | None = None
    symbol: Symbol | None = None
    value: str | bool | None = None
    children: tuple[Node, ...] = ()
    expansion: Expansion | None = None

    def get(self, slot: str) -> Node | None:
        """Return the child in a slot, or None where the syntax leaves it out."""
        return next((child for child in self.children if child.slot == slot), None)

    def child(self, slot: str) -> Node:
        """Return the child in a slot; raises KeyError where there is none."""
        found = self.get(slot)
        if found is None:
            raise KeyError(slot)
        return found

    def elements(self) -> tuple[Node, ...]:
        """Return the items of a list, without the separators between them."""
        return tuple(
            next(item for item in child.children) if child.kind == "SeparatedElement" else child
            for child in self.children
        )

    def walk(self) -> Iterator[Node]:
        """Yield this node and everything below it in the order of the text; no expansions."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.children))

    def walk_expanded(self) -> Iterator[Node]:
        """Yield as `walk` does, and after each call the body that it was expanded to."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            if node.expansion is not None:
                pending.append(node.expansion.body)
            pending.extend(reversed(node.children))


def read_tree(answer: dict[str, Any], character: Callable[[int], int]) -> Node:
    """Read the bridge's flat tree (`bridge/tree.js`), children before their parents.

    `character` turns a UTF-16 offset of the query into a character offset.
    """
    types = [
        TableType(tuple((name, type_) for name, type_ in columns), is_open)
        for columns, is_open in answer["types"]
    ]
    pending: list[Node] = []
    for item in answer["items"]:
        kind, slot, start, end, text = item[:5]
        if text is not None:
            pending.append(Node(kind, slot, character(start), character(end), text))
            continue
        type_, name, symbol, value, count, expansion = item[5:]
        expanded = _take_expansion(expansion, pending, character) if expansion else None
        children = tuple(pending[len(pending) - count :])
        del pending[len(pending) - count :]
        pending.append(
            Node(
                kind,
                slot,
                character(start),
                character(end),
                None,
                _type(type_, types),
                name,
                _symbol(symbol, types),
                value,
                children,
                expanded,
            )
        )
    (root,) = pending
    return root


def _take_expansion(
    item: Sequence[Any], pending: list[Node], character: Callable[[int], int]
) -> Expansion:
    offset, names = item
    body = pending.pop()
    defaults = [pending.pop() if has_default else None for _, has_default in reversed(names)]
    return Expansion(
        None if offset is None else character(offset),
        tuple(
            Parameter(name, default)
            for (name, _), default in zip(names, reversed(defaults), strict=True)
        ),
        body,
    )


def _type(item: str | int | None, types: list[TableType]) -> Type | None:
    return types[item] if isinstance(item, int) else item


def _symbol(item: Sequence[Any] | None, types: list[TableType]) -> Symbol | None:
    if item is None:
        return None
    name, kind, type_, parameters = item
    return Symbol(
        name, kind, _type(type_, types), None if parameters is None else tuple(parameters)
    )
