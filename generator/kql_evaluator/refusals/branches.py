"""Results of iff(), iif() and case() that are of different types.

Numbers of different types and dynamic beside any other type are left alone: the language service
gives them a common type. Where it gives `dynamic` and no branch is dynamic, there is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.kql.syntax import Node
from generator.kql_evaluator.refusals.bodies import Body, bodies, once
from generator.kql_evaluator.refusals.refusal import Refusal
from generator.kql_evaluator.scope import name_text

_SIMPLE = frozenset(
    {"bool", "int", "long", "real", "decimal", "string", "datetime", "timespan", "guid"}
)
_CHOOSING = frozenset({"iff", "iif", "case"})


def branch_refusals(tree: Node) -> Iterator[Refusal]:
    """Yield the calls that choose between values of types without a common one."""
    return once(refusal for body in bodies(tree) for refusal in _in_body(body))


def _in_body(body: Body) -> Iterator[Refusal]:
    for node in body.nodes:
        if node.kind != "FunctionCallExpression" or node.type != "dynamic":
            continue
        name = name_text(node.child("Name"))
        if name not in _CHOOSING or node.expansion is not None:
            continue
        types = [_simple_type(branch) for branch in _results(node)]
        if None not in types and len(set(types)) > 1:
            written = [kql_type for kql_type in dict.fromkeys(types) if kql_type is not None]
            yield body.refusal(
                node,
                f"the results of {name}() have different types: {_listed(written)}",
                "convert them to one type, for example with tostring()",
            )


def _results(node: Node) -> tuple[Node, ...]:
    """Return the arguments that the call may give: not the conditions."""
    arguments = node.child("ArgumentList").child("Expressions").elements()
    return (*arguments[1:-1:2], arguments[-1]) if len(arguments) > 2 else ()


def _simple_type(node: Node) -> str | None:
    return node.type if isinstance(node.type, str) and node.type in _SIMPLE else None


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"
