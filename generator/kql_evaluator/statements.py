"""Statements: what `let` binds, and which statements mean nothing to an evaluation."""

from __future__ import annotations

from generator.kql.syntax import Node, TableType
from generator.kql_evaluator.expressions.folding import once_per_run
from generator.kql_evaluator.runtime import Relation, Run
from generator.kql_evaluator.scope import NamedBody, Scope, name_text
from generator.kql_evaluator.table import Table


def after_statement(scope: Scope, statement: Node) -> Scope:
    """Return the scope of what follows a statement.

    Functions with parameters need no binding: every call carries its body.

    Raises UnsupportedConstruct for
    statements that change what a query means (`restrict`, `declare pattern`, `alias`).
    """
    if statement.kind == "LetStatement":
        return _after_let(scope, statement)
    if statement.kind in {"SetOptionStatement", "ExpressionStatement", "QueryParametersStatement"}:
        return scope
    raise scope.unsupported(statement)


def _after_let(scope: Scope, statement: Node) -> Scope:
    value = statement.child("Expression")
    name = name_text(statement.child("Name"))
    if value.kind == "FunctionDeclaration":
        if value.child("Parameters").child("Parameters").elements():
            return scope
        return scope.with_names({name: NamedBody(scope, value.child("Body"))})
    slot = next(scope.compilation.slots)
    if isinstance(value.type, TableType):
        return scope.with_names({name: shared(scope.tabular(value), slot)})
    return scope.with_names({name: once_per_run(scope.argument(value), slot)})


def shared(relation: Relation, slot: int) -> Relation:
    """Return a relation that is computed once in a run, however often it is read."""

    def table(run: Run) -> Table:
        computed: Table = run.once(slot, lambda: relation.table(run))
        return computed

    return Relation(relation.columns, table, relation.is_open, relation.name)
