"""Operators that only hand a table on: as, invoke."""

from __future__ import annotations

from generator.kql.syntax import Node
from generator.kql_evaluator.runtime import Relation
from generator.kql_evaluator.scope import OperatorHandler, Scope, name_text
from generator.kql_evaluator.sources import call_with
from generator.kql_evaluator.statements import shared


def _as(scope: Scope, node: Node, source: Relation) -> Relation:
    name = name_text(node.child("Name"))
    once = shared(source, next(scope.compilation.slots))
    relation = Relation(once.columns, once.table, once.is_open, name)
    scope.compilation.named[name] = relation
    return relation


def _invoke(scope: Scope, node: Node, source: Relation) -> Relation:
    return call_with(scope, node.child("Function"), source)


HANDLERS: dict[str, OperatorHandler] = {"AsOperator": _as, "InvokeOperator": _invoke}
