"""From a bound syntax tree to something that runs: the entry of the evaluator.

    compiled = compile_query(service.syntax_tree(text), environment)
    outcome = compiled.run(tables, now=datetime(2026, 1, 15, tzinfo=UTC))

What cannot be computed raises UnsupportedConstruct here, on compiling, wherever the tree shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from generator.kql.environment import Environment
from generator.kql.syntax import Node, TableType
from generator.kql_evaluator.budget import Budget, OverBudgetError
from generator.kql_evaluator.errors import (
    BEYOND,
    TOO_DEEP,
    EvaluationError,
    UnsupportedConstruct,
)
from generator.kql_evaluator.functions import catalogue
from generator.kql_evaluator.handlers import HANDLERS
from generator.kql_evaluator.refusals.all import refusals
from generator.kql_evaluator.runtime import Reads, Relation, Run, Step
from generator.kql_evaluator.scope import Compilation, Scope
from generator.kql_evaluator.table import Column, Table
from generator.kql_evaluator.values import from_python_datetime

HALF_A_PAIR = "a text holds half of a surrogate pair, which is no character"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a run, and the row counts of its operators where a trace was asked for."""

    table: Table
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A query that can run on any number of inputs; `reads` are those that it asks for by name."""

    relation: Relation
    reads: Reads
    weight: int = 0
    """How many expressions it computes once, beside those that operators compute for rows."""

    def run(
        self,
        tables: Mapping[str, Table],
        now: datetime,
        watchlists: Mapping[str, Table] | None = None,
        external_data: Mapping[str, Table] | None = None,
        *,
        trace: bool = False,
        budget: Budget | None = None,
    ) -> Outcome:
        """Run on tables by name, watchlists by alias in any case, external data by URL.

        `now` is aware and is what now() and ago() count from. A table that is not given is empty.
        With `trace`, the outcome has the row count of each operator in the order of the text.
        The `budget` is the whole of what the run may spend; by default that of `Budget`.
        Raises EvaluationError where the engine would fail, an input is not given or the run takes
        more than its budget, and UnsupportedConstruct for what only the rows show to be
        unsupported.
        """
        steps: list[Step] | None = [] if trace else None
        run = Run(
            from_python_datetime(now),
            tables,
            {alias.lower(): items for alias, items in (watchlists or {}).items()},
            external_data or {},
            steps,
            budget=budget or Budget(),
        )
        try:
            run.budget.step(self.weight)
            table = self.relation.table(run)
            run.budget.shown(table.rows)
        except RecursionError:
            raise EvaluationError(TOO_DEEP) from None
        except UnicodeEncodeError:
            raise EvaluationError(HALF_A_PAIR) from None
        except OverBudgetError as error:
            raise EvaluationError(str(error)) from None
        except (ArithmeticError, ValueError):
            raise UnsupportedConstruct("the query", 0, 0, BEYOND) from None
        return Outcome(table, _merged(steps or ()))


def _merged(steps: tuple[Step, ...] | list[Step]) -> tuple[Step, ...]:
    """Return one step per place of the text; those of a subquery ran once per row of its source."""
    totals: dict[tuple[int, int, str], int] = {}
    for step in steps:
        key = (step.start, step.end, step.operator)
        totals[key] = totals.get(key, 0) + step.rows
    return tuple(
        Step(operator, start, end, count)
        for (start, end, operator), count in sorted(totals.items(), key=lambda item: item[0][:2])
    )


def compile_query(tree: Node, environment: Environment | None = None) -> CompiledQuery:
    """Compile the tree of a query that binds without an error.

    `environment` says which tables exist (for `union Security*`). Raises UnsupportedConstruct, and
    EvaluationError for a query that the engine would refuse as well.
    """
    compilation = Compilation(environment or Environment(), catalogue(), HANDLERS)
    scope = Scope(compilation)
    try:
        for refusal in refusals(tree):
            raise EvaluationError(refusal.message, refusal.start, refusal.end)
        relation = _query(scope, tree)
        return CompiledQuery(relation, compilation.reads, compilation.effort.weight)
    except RecursionError:
        raise EvaluationError("the query is nested too deeply", tree.start, tree.end) from None
    except UnicodeEncodeError:
        raise EvaluationError(HALF_A_PAIR, tree.start, tree.end) from None
    except OverBudgetError as error:
        raise EvaluationError(str(error), tree.start, tree.end) from None
    except ArithmeticError:
        raise UnsupportedConstruct("the query", tree.start, tree.end, BEYOND) from None


def _query(scope: Scope, tree: Node) -> Relation:
    """The last tabular statement is the query's result, as it is for the language service."""
    result: Node | None = None
    before = scope
    for statement in tree.child("Statements").elements():
        if statement.kind == "ExpressionStatement":
            result, before = statement, scope
        scope = scope.after(statement)
    if result is None:
        raise scope.failure(tree, "the query has no result")
    expression = result.child("Expression")
    # An operator with an error in it has no table's type; compiling it names what is wrong.
    if isinstance(expression.type, TableType) or expression.kind in HANDLERS.tabulars.keys() - {
        "NameReference",
        "PathExpression",
        "ParenthesizedExpression",
        "FunctionCallExpression",
    }:
        return before.tabular(expression)
    return _scalar_result(before, expression)


def _scalar_result(scope: Scope, node: Node) -> Relation:
    expression = scope.scalar(node)
    columns = (Column(node.name or "Column1", expression.type),)
    return Relation(columns, lambda run: Table(columns, ((expression.evaluate((), run),),)))
