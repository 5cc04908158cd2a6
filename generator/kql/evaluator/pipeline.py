"""One operator after another: counting rows for a trace, and columns known only at run time."""

from __future__ import annotations

from dataclasses import replace

from generator.kql.evaluator.runtime import Relation, Run, Step, fixed
from generator.kql.evaluator.scope import OperatorHandler, Scope, construct_name
from generator.kql.evaluator.table import Table
from generator.kql.service.syntax import Node, TableType


def apply_operator(scope: Scope, node: Node, source: Relation) -> Relation:
    """Compile an operator over a relation; every operator of a pipe comes through here."""
    handler = scope.compilation.handlers.operators.get(node.kind)
    if handler is None:
        raise scope.unsupported(node)
    relation = handler(scope, node, source)
    if source.is_open:
        relation = _compiled_again(scope, node, source, handler, relation)
    return traced(scope, node, construct_name(node), relation)


def _compiled_again(
    scope: Scope, node: Node, source: Relation, handler: OperatorHandler, guess: Relation
) -> Relation:
    """Return the operator compiled at run time, over the columns that the rows turn out to have.

    It was compiled once before, over the known columns, so that what is unsupported is found early.
    """

    def table(run: Run) -> Table:
        given = source.table(run)
        return handler(scope, node, fixed(given, is_open=True)).table(run)

    is_open = guess.is_open or not isinstance(node.type, TableType) or node.type.is_open
    return Relation(guess.columns, table, is_open, guess.name)


def traced(scope: Scope, node: Node, name: str, relation: Relation) -> Relation:
    """Return a relation that counts its rows under a name where a run wants a trace."""
    start, end = scope.place(node)

    def table(run: Run) -> Table:
        result = relation.table(run)
        if run.steps is not None:
            run.steps.append(Step(name, start, end, len(result.rows)))
        return result

    early = relation.early_filter
    if early is not None:
        push = early.on
        early = replace(early, on=lambda keep: traced(scope, node, name, push(keep)))
    return replace(relation, table=table, early_filter=early)
