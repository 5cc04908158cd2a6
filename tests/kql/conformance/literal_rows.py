"""Rows for the tables of a query, made of the literals that it compares their columns with.

A column, or a member of a dynamic one, gets every literal that a condition wants it to equal or to
hold, in turn; all else gets a value of its type. Whether a rule alerts on such rows shows that the
evaluator carries values through the whole of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from generator.kql.environment import Columns, Environment
from generator.kql.syntax import Node
from generator.kql_evaluator.conversion import CONVERSIONS
from generator.kql_evaluator.table import Column, Table
from generator.kql_evaluator.values import Value, from_python_datetime, null_of

DEEPEST = 8
"""Names defined by names; one may be defined by itself: extend X = tolower(X)."""

_COMPARISONS = ("Equal", "Has", "Contains", "StartsWith", "EndsWith", "In", "Greater", "Less")
_NAMED = {"SimpleNamedExpression", "LetStatement"}

Path = tuple[str | int, ...]
"""A column, and the members and places below it."""


@dataclass(slots=True)
class Wanted:
    """What a query's names stand for, and the literals that its conditions want in each path."""

    definitions: dict[str, Node] = field(default_factory=dict)
    expanded: set[str] = field(default_factory=set)
    literals: dict[Path, list[Value]] = field(default_factory=dict)


def tables_of(
    tree: Node, environment: Environment, now: datetime, rows: int, *, varied: bool
) -> dict[str, Table]:
    """Return so many rows for every table that a query names, be it as text in table("…").

    With `varied`, columns that no condition names differ from row to row; else they are the same
    everywhere, so that joins and groups meet.
    """
    wanted = _wanted(tree)
    names = {
        name
        for node in tree.walk_expanded()
        for name in (node.symbol.name if node.symbol else None, node.value)
        if isinstance(name, str) and name in environment.tables
    }
    return {
        name: _table(environment.tables[name].columns, wanted, now, rows, varied=varied)
        for name in sorted(names)
    }


def _wanted(tree: Node) -> Wanted:
    wanted = Wanted()
    for node in tree.walk_expanded():
        if node.kind in _NAMED and (name := _name(node.child("Name"))):
            wanted.definitions[name] = node.child("Expression")
        if node.kind == "MvExpandExpression" and (name := _expanded_name(node)):
            wanted.expanded.add(name)
    denied = _denied(tree)
    for node in tree.walk_expanded():
        if node.kind in {"PathExpression", "ElementExpression"}:
            for path in _paths(node, wanted):
                wanted.literals.setdefault(path, [])
        left, right = node.get("Left"), node.get("Right")
        if left is None or right is None or not _is_condition(node) or id(node) in denied:
            continue
        values = [_beyond(node.kind, value) for value in _literals(right, wanted)]
        if node.kind == "HasAllExpression":
            values = [" ".join(map(str, values))]
        for path in _paths(left, wanted):
            known = wanted.literals.setdefault(path, [])
            known.extend(value for value in values if value not in known)
    return wanted


def _is_condition(node: Node) -> bool:
    return node.kind.endswith("Expression") and node.kind.startswith(_COMPARISONS)


def _denied(tree: Node) -> set[int]:
    """Return the conditions that stand inside a not()."""
    return {
        id(inner)
        for node in tree.walk_expanded()
        if node.kind == "FunctionCallExpression" and _name(node.child("Name")) == "not"
        for inner in node.walk()
    }


def _name(node: Node) -> str:
    return next((inner.text for inner in node.walk() if inner.kind == "IdentifierToken"), "") or ""


def _expanded_name(node: Node) -> str:
    expression = node.child("Expression")
    named = expression.kind == "SimpleNamedExpression"
    return _name(expression.child("Name") if named else expression)


def _beyond(kind: str, value: Value) -> Value:
    """Return a number that an order against a literal lets through."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value + 1 if kind.startswith("Greater") else value - kind.startswith("Less")
    return value


def _literals(node: Node, wanted: Wanted, depth: int = 0) -> Iterator[Value]:
    for inner in node.walk():
        if inner.kind == "StringLiteralExpression" and isinstance(inner.value, str):
            yield inner.value
        elif inner.kind in {"LongLiteralExpression", "IntLiteralExpression"}:
            yield int(str(inner.value), 0)
        elif inner.kind == "RealLiteralExpression":
            yield float(str(inner.value))
        elif inner.kind == "BooleanLiteralExpression":
            yield inner.value
        elif inner.kind == "NameReference" and depth < DEEPEST:
            definition = wanted.definitions.get(_name(inner))
            if definition is not None:
                yield from _literals(definition, wanted, depth + 1)


def _paths(node: Node, wanted: Wanted, depth: int = 0) -> Iterator[Path]:
    """Yield what an expression reads, followed through names down to columns."""
    if depth > DEEPEST:
        return
    if node.kind == "NameReference":
        name = _name(node)
        element: Path = (0,) if name in wanted.expanded else ()
        definition = wanted.definitions.get(name)
        if definition is not None:
            for path in _paths(definition, wanted, depth + 1):
                yield path + element
        yield (name, *element)
    elif node.kind in {"PathExpression", "ElementExpression"}:
        step = _step(node.child("Selector"))
        for path in _paths(node.child("Expression"), wanted, depth + 1):
            yield path if step is None else (*path, step)
    else:
        for child in node.children:
            yield from _paths(child, wanted, depth + 1)


def _step(selector: Node) -> str | int | None:
    for inner in selector.walk():
        if inner.kind == "StringLiteralExpression" and isinstance(inner.value, str):
            return inner.value
        if inner.kind == "LongLiteralExpression":
            return int(str(inner.value))
        if inner.kind == "IdentifierToken":
            return inner.text
    return None


def _table(schema: Columns, wanted: Wanted, now: datetime, rows: int, *, varied: bool) -> Table:
    columns = tuple(Column(name, kql_type) for name, kql_type in schema)
    cells = tuple(
        tuple(_cell(column, wanted, now, index, varied) for column in columns)
        for index in range(rows)
    )
    return Table(columns, cells)


def _cell(column: Column, wanted: Wanted, now: datetime, index: int, varied: bool) -> Value:
    if column.type == "datetime":
        days = index % 12 if varied else 0
        if column.name != "TimeGenerated" and index % 2:
            days = -30  # an indicator that is still valid
        return from_python_datetime(now - timedelta(days=days, minutes=1 + index % 50))
    literals = wanted.literals.get((column.name,), [])
    if column.type == "dynamic":
        return _dynamic((column.name,), wanted, index)
    if literals and column.type == "string":
        joined = " ".join(map(str, literals))
        literals = [*literals, joined, _default(column, index if varied else 0)]
    if literals:
        value = CONVERSIONS[column.type](literals[index % len(literals)])
        return null_of(column.type) if value is None else value
    return _default(column, index if varied else 0)


def _default(column: Column, index: int) -> Value:
    name = column.name.lower()
    if column.type == "string" and "ip" in name:
        private = name.startswith("source") or index % 2
        return f"10.0.0.{index}" if private else f"203.0.113.{index}"
    if column.type == "string":
        return f"user{index}@contoso.example"
    given: dict[str, Any] = {"long": 1000 + index, "int": 1000 + index, "real": 1000.0 + index}
    return given.get(column.type, null_of(column.type))


def _dynamic(path: Path, wanted: Wanted, index: int) -> Value:
    steps = {
        known[len(path)]
        for known in wanted.literals
        if len(known) > len(path) and known[: len(path)] == path
    }
    places = [step for step in steps if isinstance(step, int)]
    if places:
        return [_dynamic((*path, 0), wanted, index)] * (1 + max(0, *places))
    if steps:
        members = {name: _dynamic((*path, name), wanted, index) for name in sorted(map(str, steps))}
        return {**members, "other": wanted.literals.get(path, [])}
    literals = wanted.literals.get(path) or ["user0@contoso.example"]
    return literals[index % len(literals)]
