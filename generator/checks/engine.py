"""Problems of all stages and checks become findings: severities, waivers, positions, order.

The only place that makes `Finding`s. It reads no clock (today's date is given) and prints nothing,
so that the same content always gives the same findings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import islice

from generator.catalog.detection import Catalog, Detection, FileProblem
from generator.catalog.partial import (
    PartialDocument,
    UnusablePartError,
    look_at,
)
from generator.check import CatalogCheck, Check, DocumentCheck, ModelCheck, TextCheck
from generator.checks.registry import checks_of, registered_checks, registered_codes
from generator.checks.severities import effective_severities
from generator.checks.waiving import apply_waivers, partly_waived
from generator.findings import (
    Finding,
    InDocument,
    InFile,
    InQuery,
    InText,
    Place,
    Problem,
    Severity,
)
from generator.kinds import KINDS
from generator.kinds.kind import Meaning
from generator.kql.rendering import Rendering
from generator.stage import StagedDetection
from generator.text.positions import resolve, resolve_offsets
from generator.text.source_text import SourceText

ALWAYS_LOOKED_FOR = frozenset({"SG0", "SG1", "SG2", "SG3"})
"""The families of codes that every run covers; KQL, history, tests and tenants are on demand."""

PROBLEMS_PER_CHECK = 50
"""Most problems that one check reports in one detection; a hostile file may hold any number."""

MESSAGE_CHARACTERS = 1_000
"""Longest message or help of a finding; content that is quoted in one may be of any length."""


def check_catalog(
    catalog: Catalog,
    staged: Iterable[StagedDetection],
    *,
    today: date,
    looked_for: Collection[str] = ALWAYS_LOOKED_FOR,
    extra: Iterable[FileProblem] = (),
) -> tuple[Finding, ...]:
    """Run every check and return all findings, sorted by file, line, column and code.

    `staged` are the detections to examine one by one. `extra` are problems found outside of them
    (history, tests, tenants). `looked_for` are the first three characters of the codes that this
    run covers: a waiver of another code is never called idle. `today` is the UTC date that the
    expiry of waivers is compared with.

    Raises `CheckSettingError` when the configuration's `checks` cannot be followed.
    """
    extra = tuple(extra)
    severities = effective_severities(registered_codes(), catalog.configuration)
    each = {
        name: [
            check()
            for check in checks_of(name)
            if severities[check.code] and issubclass(check, DocumentCheck | TextCheck | ModelCheck)
        ]
        for name in KINDS
    }
    across = [
        check()
        for check in registered_checks()
        if severities[check.code] and issubclass(check, CatalogCheck)
    ]
    around = _problems_around(catalog, extra, across)

    findings: list[Finding] = []
    for outcome in staged:
        detection, rendering = outcome.detection, outcome.rendering
        problems = [*around.pop(detection.source, ()), *_bounded_by_code(outcome.problems)]
        examine = _examination(outcome)
        for check in each[outcome.kind.name]:
            problems.extend(_bounded(examine(check)))
        wanted = [problem for problem in problems if severities[problem.code] is not None]
        told = _without_superseded(wanted)
        if outcome.partial is not None:
            told = list(dict.fromkeys(partly_waived(outcome.partial, told, today=today)))
        elif told or "waivers" in detection.document:
            told = apply_waivers(detection, told, today=today, looked_for=looked_for)
        findings.extend(_findings(told, severities, detection.source, detection.slug, rendering))
    slugs = {one.source: one.slug for one in catalog.detections}
    slugs |= {one.source: one.slug for one in catalog.partial}
    for source, problems in around.items():
        findings.extend(_findings(problems, severities, source, slugs.get(source), None))
    for file_problem in (*catalog.problems, *extra):
        if file_problem.source not in slugs:
            findings.extend(
                _findings(
                    (file_problem.problem,),
                    severities,
                    file_problem.source,
                    file_problem.slug,
                    None,
                )
            )
    return tuple(_told_once(_without_echoes(sorted(findings, key=_order))))


def findings_of(catalog: Catalog, problems: Iterable[FileProblem]) -> tuple[Finding, ...]:
    """Return the findings of problems that came up after the checks, such as at writing.

    Raises CheckSettingError when the configuration's `checks` cannot be followed.
    """
    severities = effective_severities(registered_codes(), catalog.configuration)
    found = (
        finding
        for problem in problems
        for finding in _findings((problem.problem,), severities, problem.source, problem.slug, None)
    )
    return tuple(sorted(found, key=_order))


def _examination(outcome: StagedDetection) -> Callable[[Check], Iterator[Problem]]:
    """Return what runs a check on a detection, or on what is usable of it."""
    detection, meaning, partial = outcome.detection, outcome.meaning, outcome.partial
    if partial is None:
        return lambda check: _run(check, detection, meaning)
    text = None if outcome.rendering is None else outcome.rendering.text
    meaning_of = outcome.kind.assemble_partly(text, partial.no_query, outcome.beside)

    def examine(check: Check) -> Iterator[Problem]:
        def look(document: PartialDocument) -> Iterator[Problem]:
            return _run(check, document.detection, meaning_of(document))

        return iter(look_at(partial, look, most=PROBLEMS_PER_CHECK + 1, whole=check.whole))

    return examine


def _run(check: Check, detection: Detection, meaning: Meaning | None) -> Iterator[Problem]:
    match check:
        case DocumentCheck():
            return check.examine(detection)
        case TextCheck() if meaning is not None and meaning.query is not None:
            return check.examine(meaning.query, detection)
        case ModelCheck() if meaning is not None:
            return check.examine(meaning.model, detection)
    return iter(())


def _bounded(problems: Iterator[Problem]) -> list[Problem]:
    """Take what one check finds in one detection, up to a number that a person would read."""
    taken = list(islice(problems, PROBLEMS_PER_CHECK + 1))
    if len(taken) > PROBLEMS_PER_CHECK:
        del taken[PROBLEMS_PER_CHECK:]
        taken[-1] = replace(taken[-1], help="there are more like this in the detection")
    return taken


def _bounded_by_code(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Take what the stages found in one detection, of each code as much as of one check."""
    by_code: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_code[problem.code].append(problem)
    for found in by_code.values():
        yield from _bounded(iter(found))


def _without_superseded(problems: list[Problem]) -> list[Problem]:
    """Leave out what another check says better about the same place."""
    said = {(problem.code, problem.place) for problem in problems}
    codes = registered_codes()
    return [
        problem
        for problem in problems
        if not any((code, problem.place) in said for code in codes[problem.code].superseded_by)
    ]


def _without_echoes(findings: list[Finding]) -> Iterator[Finding]:
    """Leave out what another check says better about the same place of a file."""
    said = {(found.code, found.file, found.line, found.column) for found in findings}
    codes = registered_codes()
    return (
        found
        for found in findings
        if not any(
            (code, found.file, found.line, found.column) in said
            for code in codes[found.code].superseded_by
        )
    )


def _problems_around(
    catalog: Catalog, extra: Iterable[FileProblem], checks: Iterable[CatalogCheck]
) -> dict[SourceText, list[Problem]]:
    """Collect by source what belongs to loaded detections but was found outside of their stages."""
    loaded = {one.source for one in catalog.detections} | {one.source for one in catalog.partial}
    around: dict[SourceText, list[Problem]] = defaultdict(list)
    for file_problem in (*catalog.problems, *extra):
        if file_problem.source in loaded:
            around[file_problem.source].append(file_problem.problem)
    for check in checks:
        for detection, problem in _across(check, catalog):
            around[detection.source].append(problem)
    return around


def _across(check: CatalogCheck, catalog: Catalog) -> list[tuple[Detection, Problem]]:
    """Return what a check finds between detections, the usable parts of faulty ones included."""
    partial = list(catalog.partial)
    while True:
        usable = [one.without().detection for one in partial]
        together = sorted((*catalog.detections, *usable), key=lambda one: one.slug)
        try:
            return list(check.examine(replace(catalog, detections=tuple(together))))
        except UnusablePartError as error:
            partial = [one for one in partial if error.hole not in one.holes]


def _findings(
    problems: Iterable[Problem],
    severities: Mapping[str, Severity | None],
    source: SourceText | None,
    slug: str | None,
    rendering: Rendering | None,
) -> Iterator[Finding]:
    for problem in problems:
        severity = severities[problem.code]
        if severity is None:
            continue
        place = _in_file(problem.place, source, rendering)
        yield Finding(
            code=problem.code,
            severity=severity,
            message=_shortened(problem.message),
            file=place.file,
            line=place.line,
            column=place.column,
            end_line=place.line if place.end_line is None else place.end_line,
            end_column=place.column if place.end_column is None else place.end_column,
            detection=slug,
            help=problem.help and _shortened(problem.help),
        )


def _shortened(text: str) -> str:
    return text if len(text) <= MESSAGE_CHARACTERS else f"{text[: MESSAGE_CHARACTERS - 1]}…"


def _told_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Report a fault of a template once, at the first of the detections that share it."""
    before: Finding | None = None
    for finding in findings:
        if before is None or replace(finding, detection=before.detection) != before:
            yield finding
            before = finding


def _in_file(place: Place, source: SourceText | None, rendering: Rendering | None) -> InFile:
    if isinstance(place, InFile):
        return place
    if source is None:
        raise TypeError(f"{place} cannot be resolved without the text that it is in")
    if isinstance(place, InQuery):
        if rendering is None:
            return resolve(source, InDocument(("query",)))
        origin, start, end = rendering.origin_of(place.start, place.end)
        if origin is not None:
            return resolve_offsets(origin, start, end)
        place = InText(("query",), start, end)
    return resolve(source, place)


def _order(finding: Finding) -> tuple[str, int, int, str, str, str]:
    return (
        finding.file,
        finding.line,
        finding.column,
        finding.code,
        finding.message,
        finding.detection or "",
    )
