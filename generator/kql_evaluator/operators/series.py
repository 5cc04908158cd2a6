"""make-series: aggregates per step of an axis, as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generator.kql.syntax import Node
from generator.kql_evaluator.budget import STEPS_OF_A_ROW
from generator.kql_evaluator.operators.items import unique
from generator.kql_evaluator.operators.parameters import parameter_text
from generator.kql_evaluator.operators.projection import mapped
from generator.kql_evaluator.operators.summarize import Grouping, grouping
from generator.kql_evaluator.runtime import Expression, Relation, Run
from generator.kql_evaluator.scope import OperatorHandler, Scope, name_text, named_by_service
from generator.kql_evaluator.table import Column
from generator.kql_evaluator.values import Datetime, Row, Timespan, Value

MAX_STEPS = 1_048_576
"""Points of one series, the engine's limit (KQL reference, make-series)."""


@dataclass(frozen=True, slots=True)
class _Axis:
    """The axis expression and its bounds; the upper one is part of the range for `in range(…)`."""

    value: Expression
    start: Expression | None
    end: Expression | None
    step: Expression
    includes_end: bool

    def points(self, rows: Sequence[Row], run: Run) -> list[Value]:
        """Return the starts of the steps; without bounds, from the first value to the last."""
        step = self.step.evaluate((), run)
        if step is None or step <= 0:
            return []
        values = [self.value.evaluate(row, run) for row in rows]
        known = [value for value in values if value is not None]
        start = self.start.evaluate((), run) if self.start else None
        if self.start is None and known:
            start = min(known) // step * step
        end = self.end.evaluate((), run) if self.end else None
        inclusive = self.includes_end
        if self.end is None and known:
            end, inclusive = max(known), True
        if start is None or end is None:
            return []
        points = []
        for number in range(MAX_STEPS):
            point = start + number * step
            if point > end or (point == end and not inclusive):
                break
            points.append(point)
        run.budget.step(len(points))
        return points


def _axis(scope: Scope, node: Node, source: Relation) -> _Axis:
    value = scope.on_rows_of(source).scalar(node.child("OnClause").child("Expression"))
    inner = scope.without_rows()
    clause = node.child("RangeClause")
    if clause.kind == "MakeSeriesInRangeClause":
        bounds = clause.child("Arguments").child("Expressions").elements()
        start, end, step = inner.scalars(bounds)
        return _Axis(value, start, end, step, includes_end=True)

    def bound(name: str) -> Expression | None:
        part = clause.get(name)
        return None if part is None else inner.scalar(part.child("Expression"))

    step_of = bound("MakeSeriesStepClause")
    if step_of is None:
        raise scope.failure(clause, "make-series needs a step")
    return _Axis(
        value,
        bound("MakeSeriesFromClause"),
        bound("MakeSeriesToClause"),
        step_of,
        includes_end=False,
    )


def _defaults(scope: Scope, node: Node) -> list[Expression | None]:
    inner = scope.without_rows()
    defaults = []
    for item in node.child("Aggregates").elements():
        clause = item.get("DefaultExpression")
        defaults.append(None if clause is None else inner.scalar(clause.child("Expression")))
    return defaults


def _make_series(scope: Scope, node: Node, source: Relation) -> Relation:
    axis = _axis(scope, node, source)
    clause = node.get("ByClause")
    by = clause.child("Expressions").elements() if clause is not None else ()
    aggregates = [item.child("Expression") for item in node.child("Aggregates").elements()]
    parts = grouping(scope, source, by, aggregates)
    defaults = _defaults(scope, node)
    if len(defaults) != len(parts.items):
        raise scope.unsupported(node, "make-series", "an aggregate with several columns")
    axis_node = node.child("OnClause").child("Expression")
    axis_name = (
        name_text(axis_node.child("Name"))
        if axis_node.kind == "SimpleNamedExpression"
        else axis_node.name or name_text(axis_node)
    )
    computed = unique(
        [
            *(key.column for key in parts.keys),
            *(Column(item.name, "dynamic") for item in parts.items),
            Column(axis_name, "dynamic"),
        ]
    )
    columns = named_by_service(node, computed)
    keeps_empty = parameter_text(node, "kind") == "nonempty"

    def remap(rows: Sequence[Row], run: Run) -> Iterable[Row]:
        points = axis.points(rows, run)
        groups = list(parts.groups(rows, run))
        if not groups and not parts.keys and keeps_empty:
            groups = [((), [])]
        for keys, members in groups:
            yield keys + _series(parts, axis, defaults, points, (keys, members), run)

    return mapped(source, columns, remap)


def _series(
    parts: Grouping,
    axis: _Axis,
    defaults: Sequence[Expression | None],
    points: Sequence[Value],
    group: tuple[Row, Sequence[Row]],
    run: Run,
) -> Row:
    keys, members = group
    step = axis.step.evaluate((), run)
    buckets: dict[int, list[Row]] = {}
    for row in members:
        value = axis.value.evaluate(row, run)
        if value is None or not points:
            continue
        place = int((value - points[0]) // step)
        if 0 <= place < len(points):
            buckets.setdefault(place, []).append(row)
    run.budget.hold(len(points) * (1 + len(parts.items)))
    run.budget.step(len(points) * (1 + len(parts.items)) * STEPS_OF_A_ROW * 2)
    series: list[list[Value]] = [[] for _ in parts.items]
    for place in range(len(points)):
        found = buckets.get(place)
        if found is not None:
            values = parts.results(keys, found, run)
        else:
            values = tuple(0 if d is None else d.evaluate((), run) for d in defaults)
        for listed, value in zip(series, values, strict=True):
            listed.append(value)
    wrap = {"datetime": Datetime, "timespan": Timespan}.get(axis.value.type)
    return (*series, [wrap(point) if wrap else point for point in points])


HANDLERS: dict[str, OperatorHandler] = {"MakeSeriesOperator": _make_series}
