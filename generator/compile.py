"""From a loaded catalog to resources and findings: the spine that every command walks.

render the query → assemble the model → ask the KQL service → run the checks. Each stage
hands its problems on; nothing is written, printed or deployed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from generator.catalog.beside import Beside
from generator.catalog.detection import Catalog, FileProblem
from generator.catalog.discovery import RETIRED_FILE
from generator.catalog.selection import WHOLE_CATALOG, Selection
from generator.checks.engine import ALWAYS_LOOKED_FOR, check_catalog
from generator.findings import Finding, Problem, Severity
from generator.kinds.kind import Resource
from generator.kql.query import Query
from generator.kql_templates import TemplateLibrary
from generator.stage import StagedDetection, stage, stage_partly

QueryExaminer = Callable[[Sequence[StagedDetection]], list[tuple[Problem, ...]] | None]
"""Returns the KQL problems of each staged detection, in their order; None: KQL is left out."""


@dataclass(frozen=True, slots=True)
class Compilation:
    """What was asked for, compiled, and everything that was found on the way.

    `detections` holds one entry per loaded detection that was asked for; `meaning` is None in those
    that could not become one, and `findings` then hold an error.
    """

    catalog: Catalog
    selection: Selection
    detections: tuple[StagedDetection, ...]
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        """Tell whether anything may be written or deployed from this."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def looked_at(self) -> int:
        """How many detections were asked for, those included that could not be loaded."""
        faulty = {
            problem.slug
            for problem in self.catalog.problems
            if problem.slug is not None and self.selection.covers(problem.file or "")
        }
        return len(faulty | {entry.detection.slug for entry in self.detections})

    def resources(self) -> Iterator[Resource]:
        """Yield what each detection becomes."""
        for staged in self.detections:
            resource = staged.resource()
            if resource is not None:
                yield resource

    def queries(self) -> Iterator[tuple[StagedDetection, Query]]:
        """Yield each of them that has a query, with the query."""
        for staged in self.detections:
            if staged.meaning is not None and staged.meaning.query is not None:
                yield staged, staged.meaning.query


def compile_catalog(
    catalog: Catalog,
    *,
    today: date,
    selection: Selection = WHOLE_CATALOG,
    parameters: Mapping[str, Any] | None = None,
    beside: Beside | None = None,
    examine_queries: QueryExaminer | None = None,
    extra: Iterable[FileProblem] = (),
    looked_for: frozenset[str] = frozenset(),
) -> Compilation:
    """Compile the detections that are asked for.

    `today` is the UTC date for the expiry of waivers. `parameters` are a tenant's values for the
    detections' parameters, `beside` what else documents are made of. `examine_queries` is None when
    KQL is left out. `extra` are problems that were found elsewhere (schemas, history, tests), and
    those of no detection concern all of them; `looked_for` names the families of check codes that
    they come from, such as SG5.

    Raises CheckSettingError when sentinelgen.yaml's `checks` cannot be followed.
    """
    library = TemplateLibrary(catalog.root)
    beside = beside or Beside(catalog.root)
    staged = [
        stage(detection, library, parameters or {}, beside)
        for detection in catalog.detections
        if selection.covers(detection.source.file)
    ]
    extra = (*extra, *(FileProblem(None, None, note) for note in library.notes()))
    whole = len(staged)
    staged += [
        stage_partly(partial, library, parameters or {}, beside)
        for partial in catalog.partial
        if selection.covers(partial.source.file)
    ]
    families = ALWAYS_LOOKED_FOR | looked_for
    examined = None if examine_queries is None else examine_queries(staged)
    if examined is not None:
        families |= {"SG4"}
        staged = [
            replace(entry, problems=entry.problems + problems)
            for entry, problems in zip(staged, examined, strict=True)
        ]
    findings = check_catalog(catalog, staged, today=today, looked_for=families, extra=extra)
    slugs = {entry.detection.slug for entry in staged}
    # What every detection depends on is asked for with each of them.
    shared = {RETIRED_FILE, *(problem.file for problem in extra if problem.slug is None)}
    return Compilation(
        catalog,
        selection,
        tuple(staged[:whole]),
        tuple(
            finding
            for finding in findings
            if selection.covers(finding.file)
            or finding.detection in slugs
            or finding.file in shared
        ),
    )


def unchecked_resources(
    catalog: Catalog, selection: Selection, parameters: Mapping[str, Any], beside: Beside
) -> Iterator[Resource]:
    """Yield what the detections that a selection leaves out become, where they can.

    Nothing has checked these: they tell what the whole catalog would hold, and nothing may be
    written or deployed from them.
    """
    library = TemplateLibrary(catalog.root)
    for detection in catalog.detections:
        if not selection.covers(detection.source.file):
            resource = stage(detection, library, parameters, beside).resource()
            if resource is not None:
                yield resource
