"""Window functions' columns, computed for all rows before the operator that uses them."""

from __future__ import annotations

from collections.abc import Sequence

from generator.kql_evaluator.runtime import Run
from generator.kql_evaluator.scope import Scope, WindowCall
from generator.kql_evaluator.values import Row


def with_windows(scope: Scope, rows: Sequence[Row], run: Run) -> Sequence[Row]:
    """Return the rows with one value more for each window call that the scope collected."""
    for window in scope.windows or ():
        rows = _with_column(window, rows, run)
    return rows


def _with_column(window: WindowCall, rows: Sequence[Row], run: Run) -> Sequence[Row]:
    arguments = [[argument.evaluate(row, run) for row in rows] for argument in window.arguments]
    values = window.function.evaluate(window.call, len(rows), *arguments)
    return [(*row, value) for row, value in zip(rows, values, strict=True)]
