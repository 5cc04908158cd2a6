"""The rule of a detection that cannot become one: for checks only, and only what is usable of it.

A `PartialRule` is no `AnalyticRule`, so artifacts and deployments cannot be given one. What depends
on a member that is not usable is found by assembling with two stand-ins: whatever differs does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, cast

from generator.catalog.guarded import GuardedItems
from generator.catalog.partial import PartialDocument, UnusablePartError
from generator.catalog.salvage import Hole
from generator.findings import DocumentPath
from generator.kinds.analytic_rule.assemble import assemble
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kinds.analytic_rule.query import query_of
from generator.kinds.kind import Meaning
from generator.kql.query import Query


@dataclass(frozen=True, slots=True)
class PartialRule:
    """A rule with holes, by the paths of its members."""

    _rule: AnalyticRule
    _holes: Mapping[DocumentPath, Hole]

    def for_checks(self) -> AnalyticRule:
        """Return what checks read like a rule; it raises UnusablePartError where a hole is read."""
        return cast("AnalyticRule", _read(self._rule, (), self._holes))

    def query(self, document: PartialDocument) -> Query:
        """Return what checks read like the query of the rule, in the same way."""
        query = query_of(self._rule, document.filled)
        holes: dict[DocumentPath, Hole] = {
            (_MEMBERS_OF_QUERY[path[0]],): hole
            for path, hole in self._holes.items()
            if path[0] in _MEMBERS_OF_QUERY
        }
        return cast("Query", _read(query, (), holes))


_MEMBERS_OF_QUERY = {"query": "text", "schedule": "period"}
"""Which member of a query follows from which member of a rule."""


def partial_rules(query: str | None, no_query: Hole | None) -> Callable[[PartialDocument], Meaning]:
    """Return what gives checks the rule of a document; each is assembled once.

    Either `query` is the rendered query, or `no_query` is why there is none.
    """
    made: dict[frozenset[DocumentPath], PartialRule] = {}

    def meaning(document: PartialDocument) -> Meaning:
        if document.removed not in made:
            made[document.removed] = partial_rule(document, query, no_query)
        partial = made[document.removed]
        return Meaning(partial.for_checks(), partial.query(document))

    return meaning


def partial_rule(
    document: PartialDocument, query: str | None, no_query: Hole | None
) -> PartialRule:
    """Assemble what is usable of a document."""
    rule = assemble(document.plain(), query or "")
    holes: dict[DocumentPath, Hole] = {}
    for path, hole in document.holes.items():
        _mark(rule, assemble(document.with_other(path), query or ""), hole, (), holes)
    if no_query is not None:
        _mark(rule, replace(rule, query=f"{rule.query} "), no_query, (), holes)
    return PartialRule(rule, holes)


def _mark(
    one: Any, other: Any, hole: Hole, path: DocumentPath, holes: dict[DocumentPath, Hole]
) -> None:
    """Note where two assemblies differ."""
    if is_dataclass(one) and type(one) is type(other):
        for member in fields(one):
            name = member.name
            _mark(getattr(one, name), getattr(other, name), hole, (*path, name), holes)
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            _mark(left, right, hole, (*path, index), holes)
    elif one != other:
        holes.setdefault(path, hole)


def _read(value: Any, path: DocumentPath, holes: Mapping[DocumentPath, Hole]) -> Any:
    if path in holes:
        raise UnusablePartError(holes[path])
    if not any(hole[: len(path)] == path for hole in holes):
        return value
    if isinstance(value, tuple):
        return GuardedItems(len(value), lambda at: _read(value[at], (*path, at), holes))
    return _Members(value, path, holes)


class _Members:
    """A part of a rule with a hole somewhere in it."""

    def __init__(self, part: Any, path: DocumentPath, holes: Mapping[DocumentPath, Hole]) -> None:
        self._part = part
        self._path = path
        self._holes = holes

    def __getattr__(self, name: str) -> Any:
        return _read(getattr(self._part, name), (*self._path, name), self._holes)
