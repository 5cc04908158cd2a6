"""Runs the KQL checks over staged detections: one analysis each, then every check on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from generator.catalog.partial import PartialDocument, look_at
from generator.checks.engine import PROBLEMS_PER_CHECK
from generator.checks.kql.query_check import QueryCheck
from generator.checks.kql.tree_check import remarked, tree_inspection
from generator.checks.registry import registered_checks
from generator.findings import Problem
from generator.kinds.analytic_rule.partial import partial_rules
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
    checks = [check() for check in registered_checks() if issubclass(check, QueryCheck)]
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
                *(problem for check in checks for problem in examine(check)),
                *remarked(remarks),
            )
        )
    return problems


def _examination(
    entry: StagedDetection, query: str, analysis: Analysis
) -> Callable[[QueryCheck], Iterable[Problem]]:
    """Return what runs a check on a detection, or on what is usable of it."""
    rule, partial = entry.rule, entry.partial
    if rule is not None:
        return lambda check: check.examine(rule, entry.detection, analysis)
    if partial is None:
        return lambda _check: ()
    rule_of = partial_rules(query, None)

    def examine(check: QueryCheck) -> Iterable[Problem]:
        def look(document: PartialDocument) -> Iterator[Problem]:
            return check.examine(rule_of(document), document.detection, analysis)

        return look_at(partial, look, most=PROBLEMS_PER_CHECK + 1, whole=check.whole)

    return examine
