"""The model of a document that cannot become one: for checks only, and only what is usable of it.

A `PartialModel` is no model, so artifacts and deployments cannot be given one. What depends on a
member that is not usable is found by assembling with two stand-ins: whatever differs does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Generic, TypeVar, cast

from generator.catalog.detection import Detection
from generator.catalog.guarded import GuardedItems
from generator.catalog.partial import PartialDocument, UnusablePartError
from generator.catalog.salvage import Hole
from generator.findings import DocumentPath
from generator.kinds.kind import Meaning
from generator.kql.query import Query

Model = TypeVar("Model")


@dataclass(frozen=True, slots=True)
class PartialModels(Generic[Model]):
    """How a kind makes a model of a document and its query, and the query of a model.

    Both have the query as text in a member `query`. `members_of_query` say which member of a
    `Query` follows from which member of a model.
    """

    assemble: Callable[[Detection, str], Model]
    query_of: Callable[[Model, Mapping[str, Any]], Query]
    members_of_query: Mapping[str, str]

    def of(self, query: str | None, no_query: Hole | None) -> Callable[[PartialDocument], Meaning]:
        """Return what gives checks the model of a document; each is assembled once.

        Either `query` is the rendered query, or `no_query` is why there is none.
        """
        made: dict[frozenset[DocumentPath], PartialModel[Model]] = {}

        def meaning(document: PartialDocument) -> Meaning:
            if document.removed not in made:
                made[document.removed] = self.partial(document, query, no_query)
            partial = made[document.removed]
            return Meaning(partial.for_checks(), partial.query(document))

        return meaning

    def partial(
        self, document: PartialDocument, query: str | None, no_query: Hole | None
    ) -> PartialModel[Model]:
        """Assemble what is usable of a document."""
        model: Any = self.assemble(document.plain(), query or "")
        holes: dict[DocumentPath, Hole] = {}
        for path, hole in document.holes.items():
            _mark(model, self.assemble(document.with_other(path), query or ""), hole, (), holes)
        if no_query is not None:
            _mark(model, replace(model, query=f"{model.query} "), no_query, (), holes)
        return PartialModel(self, model, holes)


@dataclass(frozen=True, slots=True)
class PartialModel(Generic[Model]):
    """A model with holes, by the paths of its members."""

    _kind: PartialModels[Model]
    _model: Model
    _holes: Mapping[DocumentPath, Hole]

    def for_checks(self) -> Model:
        """Return what checks read like a model; it raises UnusablePartError at a hole."""
        return cast("Model", _read(self._model, (), self._holes))

    def query(self, document: PartialDocument) -> Query:
        """Return what checks read like the query of the model, in the same way."""
        query = self._kind.query_of(self._model, document.filled)
        members = self._kind.members_of_query
        holes: dict[DocumentPath, Hole] = {
            (members[path[0]],): hole
            for path, hole in self._holes.items()
            if isinstance(path[0], str) and path[0] in members
        }
        return cast("Query", _read(query, (), holes))


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
    """A part of a model with a hole somewhere in it."""

    def __init__(self, part: Any, path: DocumentPath, holes: Mapping[DocumentPath, Hole]) -> None:
        self._part = part
        self._path = path
        self._holes = holes

    def __getattr__(self, name: str) -> Any:
        return _read(getattr(self._part, name), (*self._path, name), self._holes)
