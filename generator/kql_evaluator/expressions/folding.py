"""Functions of values made into expressions: what depends on nothing is computed on compiling."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from generator.kql_evaluator.budget import Budget
from generator.kql_evaluator.conversion import conversion
from generator.kql_evaluator.runtime import LARGE, Expression, Run, Varies, constant
from generator.kql_evaluator.values import Row, Value


def unary(compute: Callable[[Value], Value], operand: Expression, kql_type: str) -> Expression:
    """Return the expression that applies a function to one value."""
    if operand.is_constant:
        return constant(compute(operand.value), kql_type)
    read = operand.evaluate
    return Expression(lambda row, run: compute(read(row, run)), kql_type, operand.varies)


def binary(
    compute: Callable[[Value, Value], Value], left: Expression, right: Expression, kql_type: str
) -> Expression:
    """Return the expression that applies a function to two values."""
    if left.is_constant and right.is_constant:
        return constant(compute(left.value, right.value), kql_type)
    read_left, read_right = left.evaluate, right.evaluate
    varies = max(left.varies, right.varies)
    if right.is_constant:
        value = right.value
        return Expression(lambda row, run: compute(read_left(row, run), value), kql_type, varies)

    def evaluate(row: Row, run: Run) -> Value:
        return compute(read_left(row, run), read_right(row, run))

    return Expression(evaluate, kql_type, varies)


def converted(expression: Expression, kql_type: str, budget: Budget | None = None) -> Expression:
    """Return an expression under another type, converting its values where they need it.

    `budget` pays for constants, which are converted here. Raises OverBudgetError.
    """
    convert = conversion(expression.type, kql_type)
    if convert is None:
        return expression
    if expression.is_constant and budget is not None and kql_type == "string":
        budget.written(expression.value)
    if expression.is_constant or expression.type not in {"dynamic", "unknown"}:
        return unary(convert, expression, kql_type)
    read = expression.evaluate

    def evaluate(row: Row, run: Run) -> Value:
        value = read(row, run)
        if type(value) in LARGE:
            # Lists and bags are written out, which takes longer than looking through them.
            pay = run.budget.written if kql_type == "string" else run.budget.look
            pay(value)
        return convert(value)

    return Expression(evaluate, kql_type, expression.varies)


def once_per_run(expression: Expression, slot: int) -> Expression:
    """Return an expression that is computed at most once in a run; of those that vary BY_RUN."""
    if expression.varies is not Varies.BY_RUN:
        return expression
    evaluate = expression.evaluate

    def remembered(row: Row, run: Run) -> Value:
        return run.once(slot, lambda: evaluate(row, run))

    return Expression(remembered, expression.type, Varies.BY_RUN, columns=expression.columns)


def varies_most(expressions: Sequence[Expression]) -> Varies:
    """Return what the most varying of some expressions depends on."""
    return max((expression.varies for expression in expressions), default=Varies.NEVER)
