"""The one place that renders a detection's query and assembles its rule.

Whoever needs a detection's rule, now or as it was at an earlier commit, asks here. Nothing is
checked, analysed or written; what goes wrong leaves as `Problem`s beside what could be made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from generator.catalog.beside import Beside
from generator.catalog.detection import Detection
from generator.catalog.partial import (
    NOT_LOOKED_AT,
    PartialDetection,
    PartialDocument,
    UnusablePartError,
    look_at,
    query_hole,
    unrendered,
)
from generator.findings import Problem
from generator.kinds import kind_of
from generator.kinds.kind import ContentKind, Meaning, Resource
from generator.kql.rendering import Rendering
from generator.kql_templates import TemplateLibrary, render_query
from generator.kql_templates.values import given_values

_MOST_PROBLEMS = 50
"""Problems of values that are told for one detection."""


@dataclass(frozen=True, slots=True)
class StagedDetection:
    """A document and what the stages made of it.

    `rendering` and `meaning` are None where a stage gave up; `partial` is then what can be looked
    at all the same, and reading `detection` may raise UnusablePartError. `problems` hold what
    rendering and the analysis of the query found; loading's problems are in the catalog.
    """

    detection: Detection
    rendering: Rendering | None
    meaning: Meaning | None
    problems: tuple[Problem, ...] = ()
    partial: PartialDetection | None = None
    beside: Beside = field(default_factory=Beside.nothing)

    @property
    def kind(self) -> ContentKind:
        """The kind of content that it is."""
        return kind_of(self.detection)

    @property
    def model(self) -> Any:
        """What its kind makes of it, or None."""
        return None if self.meaning is None else self.meaning.model

    def resource(self) -> Resource | None:
        """Return the resource that it becomes, or None."""
        if self.meaning is None:
            return None
        return self.kind.resource(self.model, self.detection.slug)


def stage(
    detection: Detection,
    library: TemplateLibrary,
    parameters: Mapping[str, Any],
    beside: Beside,
) -> StagedDetection:
    """Render a document's query, where its kind has one, and assemble what it means.

    `parameters` are a tenant's values for the documents' parameters.
    """
    kind = kind_of(detection)
    if not kind.has_query:
        meaning = kind.assemble(detection, "", beside)
        return StagedDetection(detection, None, meaning, meaning.problems, beside=beside)
    rendering, problems = render_query(detection, library, parameters)
    if rendering is None:
        partial = unrendered(detection)
        return StagedDetection(detection, None, None, problems, partial, beside)
    meaning = kind.assemble(detection, rendering.text, beside)
    return StagedDetection(
        detection, rendering, meaning, (*problems, *meaning.problems), beside=beside
    )


def stage_partly(
    partial: PartialDetection,
    library: TemplateLibrary,
    parameters: Mapping[str, Any],
    beside: Beside,
) -> StagedDetection:
    """Render the query of a document that is only partly usable, as far as it can be."""
    detection = partial.without().detection
    if not kind_of(detection).has_query:
        return StagedDetection(detection, None, None, (), partial, beside)
    rendering: Rendering | None = None
    problems: tuple[Problem, ...] = ()
    hole = query_hole("query")
    try:
        rendering, problems = render_query(detection, library, parameters)
        if "template" in detection.document:
            hole = query_hole("template")
    except UnusablePartError as error:
        hole = error.hole
        problems = _value_problems(partial, parameters)
    if rendering is None:
        partial = replace(partial, no_query=hole)
    return StagedDetection(detection, rendering, None, problems, partial, beside)


def _value_problems(
    partial: PartialDetection, parameters: Mapping[str, Any]
) -> tuple[Problem, ...]:
    """Return what is wrong with values and parameters, whatever keeps the query from rendering."""

    def look(document: PartialDocument) -> Iterator[Problem]:
        return iter(given_values(document.detection.document, parameters).problems)

    found = look_at(partial, look, most=_MOST_PROBLEMS)
    return tuple(problem for problem in found if problem.code != NOT_LOOKED_AT)
