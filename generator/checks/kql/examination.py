"""Runs the KQL checks over staged detections: one analysis each, then every check on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from generator.catalog.detection import Detection
from generator.catalog.partial import PartialDocument, look_at
from generator.check import Check, QueryCheck, ResultCheck
from generator.checks.engine import PROBLEMS_PER_CHECK
from generator.checks.kql.tree_check import remarked, tree_inspection
from generator.checks.registry import checks_of
from generator.findings import Problem
from generator.kinds import KINDS
from generator.kinds.kind import Meaning
from generator.kql.analysis import Analysis
from generator.kql_service.service import KqlService
from generator.stage import StagedDetection


def examine_queries(
    service: KqlService, staged: Sequence[StagedDetection]
) -> list[tuple[Problem, ...]]:
    """Return the KQL problems of each staged detection, in their order.

    A detection whose query could not be rendered has none but the remark that it was not looked at.
    Raises KqlUnavailableError where the language service is not installed.
    """
    checks = {
        name: [c() for c in checks_of(name) if issubclass(c, QueryCheck | ResultCheck)]
        for name in KINDS
    }
    queries = [entry.rendering.text for entry in staged if entry.rendering is not None]
    examined = iter(service.examine_many(queries, tree_inspection()))
    problems: list[tuple[Problem, ...]] = []
    for entry in staged:
        if entry.rendering is None:
            unseen = () if entry.partial is None else (entry.partial.remark(),)
            problems.append(unseen)
            continue
        analysis, remarks = next(examined)
        examine = _examination(entry, entry.rendering.text, analysis)
        problems.append(
            (
                *(problem for check in checks[entry.kind.name] for problem in examine(check)),
                *remarked(remarks),
            )
        )
    return problems


def _examination(
    entry: StagedDetection, query: str, analysis: Analysis
) -> Callable[[Check], Iterable[Problem]]:
    """Return what runs a check on a detection, or on what is usable of it."""
    meaning, partial = entry.meaning, entry.partial
    if meaning is not None:
        return lambda check: _run(check, meaning, entry.detection, analysis)
    if partial is None:
        return lambda _check: ()
    meaning_of = entry.kind.assemble_partly(query, None, entry.beside)

    def examine(check: Check) -> Iterable[Problem]:
        def look(document: PartialDocument) -> Iterator[Problem]:
            return _run(check, meaning_of(document), document.detection, analysis)

        return look_at(partial, look, most=PROBLEMS_PER_CHECK + 1, whole=check.whole)

    return examine


def _run(
    check: Check, meaning: Meaning, detection: Detection, analysis: Analysis
) -> Iterator[Problem]:
    match check:
        case QueryCheck() if meaning.query is not None:
            return check.examine(meaning.query, detection, analysis)
        case ResultCheck():
            return check.examine(meaning.model, detection, analysis)
    return iter(())
