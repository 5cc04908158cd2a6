"""Pipes of a query as a source and its operators, and what an operator does to columns.

Long pipes and long conditions nest as deep as they are long, so both are taken apart in loops.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.checks.kql.declarations import name_text
from generator.kql.syntax import Node

FUNCTION_CALL = "FunctionCallExpression"

_KEEPS_ROWS_AND_COLUMNS = frozenset(
    {
        "AsOperator",
        "ConsumeOperator",
        "ExtendOperator",
        "FilterOperator",
        "MvExpandOperator",
        "ParseOperator",
        "ParseWhereOperator",
        "ProjectReorderOperator",
        "RenderOperator",
        "SampleOperator",
        "SerializeOperator",
        "SortOperator",
        "TakeOperator",
        "TopOperator",
    }
)

_EXPANDS = frozenset({"MvExpandOperator", "MvApplyOperator"})
_ASSIGNS = _EXPANDS | frozenset(
    {
        "ExtendOperator",
        "ParseKvOperator",
        "ParseOperator",
        "ParseWhereOperator",
        "ProjectRenameOperator",
        "SerializeOperator",
    }
)
_WRAPPING = frozenset({"ParenthesizedExpression", "MaterializeExpression"})
_READS_A_TABLE = frozenset({"JoinOperator", "LookupOperator"})


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A source and, for each operator in order, the pipe that it ends."""

    source: Node
    pipes: tuple[Node, ...]


def pipelines(tree: Node) -> Iterator[Pipeline]:
    """Yield every pipe of a tree with all of its operators, the outer ones first."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if node.kind != "PipeExpression":
            pending.extend(reversed(node.children))
            continue
        pipeline = pipeline_of(node)
        yield pipeline
        pending.extend(pipe.child("Operator") for pipe in reversed(pipeline.pipes))
        pending.append(pipeline.source)


def pipeline_of(node: Node) -> Pipeline:
    """Take a pipe apart; an expression that is none is a source without operators."""
    pipes: list[Node] = []
    node = unwrapped(node)
    while node.kind == "PipeExpression":
        pipes.append(node)
        node = unwrapped(node.child("Expression"))
    return Pipeline(node, tuple(reversed(pipes)))


def unwrapped(node: Node) -> Node:
    """Return what stands in parentheses or in `materialize(…)`."""
    while node.kind in _WRAPPING:
        node = node.child("Expression")
    return node


def called_name(node: Node) -> str | None:
    """Return the name of the function that a call calls; None for anything else."""
    return name_text(node.child("Name")) if node.kind == FUNCTION_CALL else None


def arguments(call: Node) -> tuple[Node, ...]:
    """Return the arguments of a call."""
    return call.child("ArgumentList").child("Expressions").elements()


def conjuncts(condition: Node) -> list[Node]:
    """Return the conditions that `and` joins, in the order of the text."""
    found: list[Node] = []
    pending = [condition]
    while pending:
        node = pending.pop()
        if node.kind == "ParenthesizedExpression":
            pending.append(node.child("Expression"))
        elif node.kind == "AndExpression":
            pending.extend((node.child("Right"), node.child("Left")))
        else:
            found.append(node)
    return found


def keeps_rows_and_columns(operator: Node) -> bool:
    """Tell whether each row of the result is one of the input but for `assigned_columns`."""
    return operator.kind in _KEEPS_ROWS_AND_COLUMNS


def assigned_columns(operator: Node) -> set[str]:
    """Return the columns that an operator gives a value of its own."""
    found: set[str] = set()
    if operator.kind not in _ASSIGNS:
        return found
    for node in own_nodes(operator, into_calls=False):
        if node.kind == "NameDeclaration":
            found.add(name_text(node) or "")
        elif node.kind == "NameReference":
            if operator.kind in _EXPANDS:
                found.add(name_text(node) or "")
        elif node.name is not None:
            found.add(node.name)
    return found


def own_nodes(operator: Node, *, into_calls: bool = True) -> Iterator[Node]:
    """Yield the nodes of an operator that see its input; other tables inside it are left out."""
    pending = list(reversed(operator.children))
    while pending:
        node = pending.pop()
        if node.kind == "PipeExpression" or node.kind.endswith("Operator"):
            continue
        if node.slot == "Expression" and operator.kind in _READS_A_TABLE:
            continue
        yield node
        if into_calls or node.kind != FUNCTION_CALL:
            pending.extend(reversed(node.children))
