"""SG442: a window that ends before it begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.checks.kql.declarations import declarations_of, name_text
from generator.checks.kql.known_values import Evaluator, Known, Unit
from generator.checks.kql.pipelines import (
    Pipeline,
    assigned_columns,
    called_name,
    conjuncts,
    keeps_rows_and_columns,
    pipeline_of,
    pipelines,
    unwrapped,
)
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, InQuery, Problem, Severity
from generator.kql.syntax import Node
from generator.kql_service.inspection import BoundQuery

_LOWER = {"GreaterThanExpression": True, "GreaterThanOrEqualExpression": False}
_UPPER = {"LessThanExpression": True, "LessThanOrEqualExpression": False}
_BETWEEN = frozenset({"BetweenExpression", "NotBetweenExpression"})
_UNITS: Mapping[str, frozenset[Unit]] = {
    "datetime": frozenset({"date", "run"}),
    "timespan": frozenset({"timespan"}),
    "int": frozenset({"number"}),
    "long": frozenset({"number"}),
    "real": frozenset({"number"}),
    "decimal": frozenset({"number"}),
}
_KEPT_BY_NAME = frozenset({"ProjectOperator", "DistinctOperator"})
_DEEPEST_LET = 20
_MOST_BOUNDS = 40
"""Conditions of one column that a further one is compared with; a rule has two or three."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """What a condition demands of a column: to be above or below a value, or at it as well."""

    is_lower: bool
    is_strict: bool
    value: Known
    condition: Node


_Bounds = dict[str, tuple[_Bound, ...]]
"""By column, what is demanded of every row."""


class EmptyWindow(TreeCheck):
    """No value can be both after a window's beginning and before its end."""

    code = Code(
        "SG442",
        summary="Window that ends before it begins",
        explanation=(
            "`between (ago(1d) .. ago(7d))` begins yesterday and ends a week ago, so that no row "
            "is ever in it: the older point comes first. The same holds for two comparisons of "
            "one column that every row would have to pass, for numbers and timespans as well as "
            "points in time. Only what is certain before the query runs is reported: constants, "
            "let values, and sums with now(). Swap the ends."
        ),
        severity=Severity.ERROR,
        source=(
            "https://learn.microsoft.com/kusto/query/between-operator (the lower end comes first)"
        ),
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each window and each pair of comparisons that leaves nothing."""
        yield from _Windows(query, Evaluator(declarations_of(query.tree))).problems()


@dataclass(frozen=True, slots=True)
class _Windows:
    query: BoundQuery
    evaluator: Evaluator

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with single windows, then with what conditions say together."""
        joined: dict[int, Node] = {}
        inner: set[int] = set()
        for node in self.query.tree.walk():
            if node.kind in _BETWEEN:
                yield from self._window(node)
            elif node.kind == "AndExpression":
                joined[id(node)] = node
                inner.update(id(part) for part in _joined_below(node))
        for pipeline in pipelines(self.query.tree):
            yield from self._pipeline(pipeline, joined)
        for key, node in joined.items():
            if key not in inner:
                yield from self._contradictions({}, self._bounds(node))

    def _window(self, node: Node) -> Iterator[Problem]:
        if not _is_reversed(*self._ends(node)):
            return
        effect = "leaves out nothing" if node.kind == "NotBetweenExpression" else "is always empty"
        ends = node.child("Right")
        yield Problem(
            EmptyWindow.code,
            f"the window {self._text(ends)} ends before it begins: it {effect}",
            InQuery(node.start, node.end),
            "put the earlier or smaller end first",
        )

    def _pipeline(self, pipeline: Pipeline, joined: dict[int, Node]) -> Iterator[Problem]:
        bounds = self._of_source(pipeline.source, 0)
        for pipe in pipeline.pipes:
            operator = pipe.child("Operator")
            if operator.kind == "FilterOperator":
                condition = unwrapped(operator.child("Condition"))
                joined.pop(id(condition), None)
                yield from self._contradictions(bounds, self._bounds(condition))
            bounds = self._behind(bounds, operator)

    def _contradictions(
        self, before: _Bounds, added: list[tuple[str, _Bound]]
    ) -> Iterator[Problem]:
        known = dict(before)
        for column, bound in added:
            for other in known.get(column, ()):
                if other.condition is not bound.condition and _contradict(other, bound):
                    yield Problem(
                        EmptyWindow.code,
                        f"no {column} passes both {self._text(bound.condition)} and "
                        f"{self._text(other.condition)}",
                        InQuery(bound.condition.start, bound.condition.end),
                        "swap the ends, or remove one of the conditions",
                    )
                    break
            known[column] = (*known.get(column, ()), bound)[:_MOST_BOUNDS]

    def _behind(self, bounds: _Bounds, operator: Node) -> _Bounds:
        """Return what holds for the rows that an operator lets through."""
        if operator.kind == "FilterOperator":
            merged = dict(bounds)
            for column, bound in self._bounds(operator.child("Condition")):
                merged[column] = (*merged.get(column, ()), bound)[:_MOST_BOUNDS]
            return merged
        if operator.kind in _KEPT_BY_NAME:
            kept = {
                name_text(item)
                for item in operator.child("Expressions").elements()
                if item.kind == "NameReference"
            }
            return {column: found for column, found in bounds.items() if column in kept}
        if not bounds or not keeps_rows_and_columns(operator):
            return {}
        assigned = assigned_columns(operator)
        return {column: found for column, found in bounds.items() if column not in assigned}

    def _of_source(self, source: Node, depth: int) -> _Bounds:
        """Return what holds for every row of a table that a let statement or function made."""
        if depth > _DEEPEST_LET:
            return {}
        value = self.evaluator.declarations.table_of(source)
        if value is None:
            return {}
        pipeline = pipeline_of(value)
        bounds = self._of_source(pipeline.source, depth + 1)
        for pipe in pipeline.pipes:
            bounds = self._behind(bounds, pipe.child("Operator"))
        return bounds

    def _bounds(self, condition: Node) -> list[tuple[str, _Bound]]:
        return [found for part in conjuncts(condition) for found in self._of_condition(part)]

    def _of_condition(self, node: Node) -> Iterator[tuple[str, _Bound]]:
        if node.kind == "BetweenExpression":
            column = _column(node.child("Left"))
            ends = self._ends(node)
            if column is None or _is_reversed(*ends):
                return  # a window that is empty by itself contradicts everything
            for value, is_lower in zip(ends, (True, False), strict=True):
                if value is not None:
                    yield column, _Bound(is_lower, False, value, node)
        elif node.kind in _LOWER or node.kind in _UPPER:
            left, right = node.child("Left"), node.child("Right")
            is_lower = node.kind in _LOWER
            is_strict = (_LOWER if is_lower else _UPPER)[node.kind]
            for subject, other, lower in ((left, right, is_lower), (right, left, not is_lower)):
                column = _column(subject)
                value = None if column is None else self._compared(subject, other)
                if column is not None and value is not None:
                    yield column, _Bound(lower, is_strict, value, node)

    def _compared(self, subject: Node, other: Node) -> Known | None:
        """Return a value where it is of the kind that the column's type is compared with."""
        value = self.evaluator.value(other)
        units = _UNITS.get(subject.type, frozenset()) if isinstance(subject.type, str) else ()
        return value if value is not None and value.unit in units else None

    def _ends(self, node: Node) -> tuple[Known | None, Known | None]:
        """Return both ends of a window; the second may be its length."""
        couple = node.child("Right")
        first = self.evaluator.value(couple.child("First"))
        second = self.evaluator.value(couple.child("Second"))
        if (
            first is not None
            and second is not None
            and first.unit in {"date", "run"}
            and second.unit == "timespan"
        ):
            second = first.shifted(second.low, second.high)
        return first, second

    def _text(self, node: Node) -> str:
        return f"`{' '.join(self.query.text[node.start : node.end].split())}`"


def _joined_below(node: Node) -> Iterator[Node]:
    """Yield the conditions that are joined with a whole one, not those under `or` and `not`."""
    for slot in ("Left", "Right"):
        child = node.child(slot)
        while child.kind == "ParenthesizedExpression":
            child = child.child("Expression")
        if child.kind == "AndExpression":
            yield child


def _column(node: Node) -> str | None:
    while node.kind == "ParenthesizedExpression":
        node = node.child("Expression")
    if called_name(node) == "ingestion_time":
        return "ingestion_time()"
    if node.kind == "NameReference" and node.symbol is not None and node.symbol.kind == "Column":
        return node.symbol.name
    return None


def _contradict(one: _Bound, other: _Bound) -> bool:
    if one.is_lower == other.is_lower:
        return False
    lower, upper = (one, other) if one.is_lower else (other, one)
    return _is_empty(lower.value, upper.value, is_strict=lower.is_strict or upper.is_strict)


def _is_reversed(first: Known | None, second: Known | None) -> bool:
    return first is not None and second is not None and _is_empty(first, second, is_strict=False)


def _is_empty(low: Known, high: Known, *, is_strict: bool) -> bool:
    if low.unit != high.unit:
        return False
    if high.high < low.low:
        return True
    return is_strict and low.exact is not None and low.exact == high.exact
