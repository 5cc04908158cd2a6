"""Runs the KQL checks over staged detections: one analysis each, then every check on it."""

from __future__ import annotations

from collections.abc import Sequence

from generator.checks.kql.query_check import QueryCheck
from generator.checks.kql.tree_check import remarked, tree_inspection
from generator.checks.registry import registered_checks
from generator.findings import Problem
from generator.kql.service.service import KqlService
from generator.stage import StagedDetection


def examine_queries(
    service: KqlService, staged: Sequence[StagedDetection]
) -> list[tuple[Problem, ...]]:
    """Return the KQL problems of each staged detection, in their order.

    A detection without a rule has none: an earlier stage has said why. Raises KqlUnavailableError
    where the language service is not installed.
    """
    checks = [check() for check in registered_checks().values() if issubclass(check, QueryCheck)]
    rules = [entry.rule for entry in staged if entry.rule is not None]
    examined = iter(service.examine_many([rule.query for rule in rules], tree_inspection()))
    problems: list[tuple[Problem, ...]] = []
    for entry in staged:
        if entry.rule is None:
            problems.append(())
            continue
        analysis, remarks = next(examined)
        problems.append(
            (
                *(
                    problem
                    for check in checks
                    for problem in check.examine(entry.rule, entry.detection, analysis)
                ),
                *remarked(remarks),
            )
        )
    return problems
