"""One operator after another: counting rows for a trace, and columns known only at run time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generator.kql.syntax import Node, TableType
from generator.kql_evaluator.budget import (
    STEPS_OF_A_NODE,
    STEPS_OF_AN_OPERATOR,
    Effort,
    OverBudgetError,
)
from generator.kql_evaluator.errors import (
    BEYOND,
    TOO_DEEP,
    EvaluationError,
    UnsupportedConstruct,
)
from generator.kql_evaluator.runtime import Relation, Run, Step, fixed
from generator.kql_evaluator.scope import OperatorHandler, Scope, construct_name
from generator.kql_evaluator.table import Table


def apply_operator(scope: Scope, node: Node, source: Relation) -> Relation:
    """Compile an operator over a relation; every operator of a pipe comes through here."""
    handler = scope.compilation.handlers.operators.get(node.kind)
    if handler is None:
        raise scope.unsupported(node)
    # How much computing a row of the source takes is known when the operator is compiled.
    weight = [1]
    with scope.compilation.effort.aside() as effort:
        relation = handler(scope, node, _paid_for(source, weight))
        weight[0] += effort.weight
    if source.is_open:
        relation = _compiled_again(scope, node, source, handler, relation)
    return traced(scope, node, construct_name(node), relation)


def _paid_for(source: Relation, weight: Sequence[int]) -> Relation:
    """Return a relation whose rows are paid for before an operator computes anything on them."""

    def table(run: Run) -> Table:
        given = source.table(run)
        run.budget.step(len(given.rows) * weight[0])
        return given

    early = source.early_filter
    if early is not None:
        push = early.on
        early = replace(early, on=lambda keep: _paid_for(push(keep), weight))
    return replace(source, table=table, early_filter=early)


def _compiled_again(
    scope: Scope, node: Node, source: Relation, handler: OperatorHandler, guess: Relation
) -> Relation:
    """Return the operator compiled at run time, over the columns that the rows turn out to have.

    It was compiled once before, over the known columns, so that what is unsupported is found early.
    """

    def table(run: Run) -> Table:
        given = source.table(run)
        # What is compiled in a run is paid by that run: a query may run any number of times.
        late = Effort(budget=run.budget)
        within = replace(scope, compilation=replace(scope.compilation, effort=late))
        relation = handler(within, node, fixed(given, is_open=True))
        run.budget.step(late.nodes * STEPS_OF_A_NODE + len(given.rows) * (1 + late.weight))
        return relation.table(run)

    is_open = guess.is_open or not isinstance(node.type, TableType) or node.type.is_open
    return Relation(guess.columns, table, is_open, guess.name)


def traced(scope: Scope, node: Node, name: str, relation: Relation) -> Relation:
    """Return a relation that counts its rows under a name where a run wants a trace."""
    start, end = scope.place(node)

    def table(run: Run) -> Table:
        budget = run.budget
        mark = budget.mark()
        try:
            budget.step(STEPS_OF_AN_OPERATOR)
            result = relation.table(run)
            budget.settle(mark, len(result.rows), len(result.columns))
        except OverBudgetError as error:
            raise EvaluationError(f"{name}: {error}", start, end) from None
        except RecursionError:
            raise EvaluationError(f"{name}: {TOO_DEEP}", start, end) from None
        except UnicodeError:
            raise
        except (ArithmeticError, ValueError):
            raise UnsupportedConstruct(name, start, end, BEYOND) from None
        if run.steps is not None:
            run.steps.append(Step(name, start, end, len(result.rows)))
        return result

    early = relation.early_filter
    if early is not None:
        push = early.on
        early = replace(early, on=lambda keep: traced(scope, node, name, push(keep)))
    return replace(relation, table=table, early_filter=early)
