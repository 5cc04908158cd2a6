"""Inspections: what looks at a query's bound tree, where the answers of the service are made.

The tree of a query is large and is never stored; what an inspection remarks on it is small, is JSON
data and is cached beside the analysis. What is remarked is not known here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from generator.kql.syntax import Node, read_tree
from generator.kql_service.offsets import character_offsets
from generator.kql_service.reading import is_syntactic


@dataclass(frozen=True, slots=True)
class BoundQuery:
    """A query that parses, and its bound tree. Names in it may still be unknown."""

    text: str
    tree: Node


@dataclass(frozen=True, slots=True)
class Inspection:
    """A function from a bound query to JSON data.

    `inspect` is a function of a module, since other processes run it as well. `digest` stands for
    its code: remarks of another one are not taken from a cache.
    """

    digest: str
    inspect: Callable[[BoundQuery], list[Any]]

    @property
    def namespace(self) -> str:
        """Where the cache keeps the remarks."""
        return f"remarks {self.digest}"


def inspect_answer(
    inspection: Inspection, query: str, analysis: dict[str, Any], tree: dict[str, Any]
) -> list[Any]:
    """Return the remarks on a query by the bridge's answers; none where it does not parse."""
    if any(is_syntactic(diagnostic) for diagnostic in analysis["diagnostics"]):
        return []
    return inspection.inspect(BoundQuery(query, read_tree(tree, character_offsets(query))))
