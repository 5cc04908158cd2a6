"""A detection that cannot become a rule, made readable for checks as far as it is usable.

Reading a member that is not usable raises, so nothing is ever concluded from a stand-in. What comes
of a `PartialDetection` are problems: it is no `Detection` of the catalog, and no rule, artifact or
deployment can be made of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from generator.catalog.detection import Detection
from generator.catalog.guarded import GuardedItems
from generator.catalog.salvage import Hole, Salvaged, replaced
from generator.findings import Code, DocumentPath, InDocument, InText, Place, Problem, Severity
from generator.text.positions import resolve
from generator.text.source_text import SourceText

NOT_LOOKED_AT = Code(
    "SG045",
    summary="Parts of a detection were not looked at",
    explanation=(
        "An error in one member of a detection does not keep the others from being checked, but "
        "what depends on that member cannot be judged: whether the period covers the frequency, "
        "for one. This note names what was left out. Nothing is built or deployed from a "
        "detection with an error."
    ),
    severity=Severity.NOTE,
    source="Our own decision.",
    waivable=False,
)

_NAMED = 3
_ROUNDS = 10
"""Elements that are left out one by one before all are, so that a hostile file buys no time."""

_HELP = "mend that and validate again: there may be more to mend"


class UnusablePartError(Exception):
    """A member was read that is not usable; `hole` is which."""

    def __init__(self, hole: Hole) -> None:
        super().__init__(f"{shown_path(hole.path)} is not usable")
        self.hole = hole


@dataclass(frozen=True, slots=True)
class PartialDocument:
    """A partial detection without some elements: items of lists, entries of free mappings.

    `detection` raises UnusablePartError where a hole is read. `filled` conforms to the schema, with
    stand-ins, and `holes` are those left in it, by where they stand in it.
    """

    detection: Detection
    filled: Mapping[str, Any]
    holes: Mapping[DocumentPath, Hole]
    removed: frozenset[DocumentPath]

    def original(self, place: Place) -> Place:
        """Return where a place of this document stands in the one that the author wrote."""
        if isinstance(place, InDocument | InText):
            return replace(place, path=_original_path(place.path, self.removed))
        return place

    def with_other(self, path: DocumentPath) -> Detection:
        """Return the detection with the second stand-in at a hole; reading it does not raise."""
        other = self.holes[path].other
        is_there = path != ("template",) or "template" in self.filled
        document = replaced(self.filled, path, other) if is_there else self.filled
        return replace(self.detection, document=document)

    def plain(self) -> Detection:
        """Return the detection with stand-ins; reading one does not raise."""
        return replace(self.detection, document=self.filled)


Look = Callable[[PartialDocument], Iterator[Problem]]
"""What examines a document; it may raise UnusablePartError at any point."""


@dataclass(frozen=True, slots=True)
class PartialDetection:
    """The usable part of a detection.

    `no_query` is why its query could not be rendered, None where it was or has not been tried.
    """

    slug: str
    source: SourceText
    salvaged: Salvaged
    no_query: Hole | None = None
    id_key: str = "id"

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The members that are not usable."""
        found = self.salvaged.holes
        is_new = self.no_query is not None and self.no_query not in found
        return (*found, self.no_query) if self.no_query and is_new else found

    def without(self, removed: frozenset[DocumentPath] = frozenset()) -> PartialDocument:
        """Return the document without some elements, named by their paths as written."""
        filled = _without(self.salvaged.document, removed, ())
        gone = _indices(removed)
        holes = {
            path: hole
            for hole in self.salvaged.holes
            if (path := _reduced_path(hole.path, removed, gone)) is not None
        }
        view = _Members(filled, (), holes) if holes else filled
        detection = Detection(self.slug, self.source, view, self.id_key)
        return PartialDocument(detection, filled, holes, removed)

    def remark(self) -> Problem:
        """Return the line that says what was not looked at further, and why."""
        holes = self.salvaged.holes
        if not holes:
            return Problem(
                NOT_LOOKED_AT,
                "the query was not looked at further, because it cannot be rendered",
                self.holes[0].place,
                _HELP,
            )
        names = [shown_path(hole.path) for hole in holes[:_NAMED]]
        more = len(holes) - len(names)
        listed = ", ".join([*names, f"{more} more"] if more else names)
        lines = sorted({resolve(self.source, hole.place).line for hole in holes})
        errors = f"error at line {lines[0]}"
        if len(lines) > 1:
            told = ", ".join(str(line) for line in lines[:_NAMED])
            errors = f"errors at lines {told}" + (" and below" if len(lines) > _NAMED else "")
        verb = "was" if len(holes) == 1 else "were"
        return Problem(
            NOT_LOOKED_AT,
            f"{listed} {verb} not looked at further, because of the {errors}",
            holes[0].place,
            _HELP,
        )


def unrendered(detection: Detection) -> PartialDetection:
    """Return a whole detection whose query could not be rendered."""
    salvaged = Salvaged(detection.document, detection.document, ())
    no_query = query_hole("template" if "template" in detection.document else "query")
    return PartialDetection(detection.slug, detection.source, salvaged, no_query)


def query_hole(key: str) -> Hole:
    """Return the hole of a query that its text or its template, under `key`, does not give."""
    return Hole(("query",), InDocument((key,)), None, "")


def look_at(
    partial: PartialDetection, look: Look, *, most: int, whole: Sequence[str] = ()
) -> list[Problem]:
    """Return what an examination finds that does not depend on anything unusable.

    Where an item of a list is not usable, the others are looked at without it. `whole` names the
    members that must be usable as a whole for the examination to say anything. `most` bounds the
    problems. Where it could not say all, the partial detection's remark is among them.
    """
    if any(hole.path[0] in whole for hole in partial.holes):
        return [partial.remark()]
    removed: frozenset[DocumentPath] = frozenset()
    elements = frozenset(hole.element for hole in partial.holes if hole.element is not None)
    rounds = 0
    while True:
        document = partial.without(removed)
        found: list[Problem] = []
        try:
            for problem in islice(look(document), most):
                found.append(replace(problem, place=document.original(problem.place)))  # noqa: PERF401
        except UnusablePartError as error:
            element = error.hole.element
            # What a query depends on stays unusable without it: then nothing more can be looked at.
            if element is not None and element not in removed:
                rounds += 1
                removed = removed | {element} if rounds < _ROUNDS else elements
                continue
            found.append(partial.remark())
        return [problem for problem in found if not _holds_a_hole(problem, partial)]


def _holds_a_hole(problem: Problem, partial: PartialDetection) -> bool:
    """Tell whether a problem is about something that a hole is part of, such as its list."""
    place = problem.place
    if problem.code == NOT_LOOKED_AT or not isinstance(place, InDocument) or not place.path:
        return False
    return any(
        hole.path[: len(place.path)] == place.path and hole.path != place.path
        for hole in partial.holes
    )


def shown_path(path: DocumentPath) -> str:
    """Write a path as a person would: entityMappings[0].entityType."""
    shown = ""
    for step in path:
        shown += f"[{step}]" if isinstance(step, int) else f".{step}" if shown else step
    return shown


def _without(value: Any, removed: frozenset[DocumentPath], path: DocumentPath) -> Any:
    if not removed:
        return value
    if isinstance(value, dict):
        return {
            key: _without(member, removed, (*path, key))
            for key, member in value.items()
            if (*path, key) not in removed
        }
    if isinstance(value, list):
        return [
            _without(item, removed, (*path, index))
            for index, item in enumerate(value)
            if (*path, index) not in removed
        ]
    return value


Gone = Mapping[DocumentPath, Sequence[int]]
"""The places in each list whose items are removed, in their order."""


def _reduced_path(
    path: DocumentPath, removed: frozenset[DocumentPath], gone: Gone
) -> DocumentPath | None:
    reduced: list[str | int] = []
    for depth, step in enumerate(path):
        if path[: depth + 1] in removed:
            return None
        if isinstance(step, int):
            reduced.append(step - bisect_left(gone.get(path[:depth], ()), step))
        else:
            reduced.append(step)
    return tuple(reduced)


def _original_path(path: DocumentPath, removed: frozenset[DocumentPath]) -> DocumentPath:
    gone = _indices(removed)
    original: DocumentPath = ()
    for step in path:
        if isinstance(step, int):
            for index in gone.get(original, ()):
                if index <= step:
                    step += 1  # noqa: PLW2901 - counted up past each item that is gone
        original = (*original, step)
    return original


def _indices(removed: Iterable[DocumentPath]) -> Gone:
    found: dict[DocumentPath, list[int]] = {}
    for path in removed:
        if isinstance(path[-1], int):
            found.setdefault(path[:-1], []).append(path[-1])
    return {parent: sorted(indices) for parent, indices in found.items()}


def _read(value: Any, path: DocumentPath, holes: Mapping[DocumentPath, Hole]) -> Any:
    """Return a value; where holes lie below it, in a form that raises when they are read."""
    if path in holes:
        raise UnusablePartError(holes[path])
    if not any(hole[: len(path)] == path for hole in holes):
        return value
    if isinstance(value, dict):
        return _Members(value, path, holes)
    return GuardedItems(len(value), lambda at: _read(value[at], (*path, at), holes))


class _Members(Mapping[str, Any]):
    """A mapping with a hole somewhere in it."""

    def __init__(
        self, members: Mapping[str, Any], path: DocumentPath, holes: Mapping[DocumentPath, Hole]
    ) -> None:
        self._members = members
        self._path = path
        self._holes = holes

    def __getitem__(self, key: str) -> Any:
        path = (*self._path, key)
        return _read(
            self._members.get(key) if path in self._holes else self._members[key], path, self._holes
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)
