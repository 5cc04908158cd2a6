"""Every kind of refusal together, for what must not run: a test of a query that cannot be saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator.kql.syntax import Node
from generator.kql_evaluator.refusals.arguments import argument_refusals
from generator.kql_evaluator.refusals.branches import branch_refusals
from generator.kql_evaluator.refusals.keys import key_refusals
from generator.kql_evaluator.refusals.literals import literal_refusals
from generator.kql_evaluator.refusals.members import member_refusals
from generator.kql_evaluator.refusals.parse_where import parse_where_refusals
from generator.kql_evaluator.refusals.patterns import pattern_refusals
from generator.kql_evaluator.refusals.refusal import Refusal
from generator.kql_evaluator.refusals.serialization import serialization_refusals
from generator.kql_evaluator.refusals.statements import statement_refusals
from generator.kql_evaluator.refusals.sums import sum_refusals

_OF_QUERIES: tuple[Callable[[Node], Iterator[Refusal]], ...] = (
    literal_refusals,
    pattern_refusals,
    argument_refusals,
    branch_refusals,
    key_refusals,
    serialization_refusals,
    parse_where_refusals,
    member_refusals,
    sum_refusals,
)


def refusals(tree: Node) -> Iterator[Refusal]:
    """Yield why the engine does not run a query that binds; of a text that is no query, only that.

    Each kind in the order of the text, one kind after the other.
    """
    whole = tuple(statement_refusals(tree))
    yield from whole
    if not whole:
        for kind in _OF_QUERIES:
            yield from kind(tree)
