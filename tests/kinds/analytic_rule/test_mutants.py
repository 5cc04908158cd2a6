"""The oracles of `test_pivot.py` notice every small fault in the code that they judge."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings

from generator.kinds.analytic_rule import api_versions
from generator.kinds.analytic_rule.assemble import assemble
from generator.kinds.analytic_rule.body import request_body
from tests.kinds.analytic_rule.body_reader import api_version_of
from tests.kinds.analytic_rule.documents import QUERY, detection_of, distinct_documents
from tests.kinds.analytic_rule.mutation import Mutant, mutants
from tests.kinds.analytic_rule.oracle import departures

EQUIVALENT = {
    "assemble: constant default=True": "DEFAULT_ENABLED is True",
    "assemble: constant default=False (2)": "DEFAULT_SUPPRESSION_ENABLED is False",
    "_alert_details_override: {} -> None": "the body leaves out None as it does {}",
    "_incident_configuration: {} -> None": "the body leaves out None as it does {}",
    "_duration: timedelta.max -> None": "no document here has a duration beyond all bounds; "
    "test_duration_beyond_all_bounds_is_kept_for_its_check_to_refuse has",
}
"""Mutants that these documents cannot tell from the original, and why."""


@cache
def documents() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    @settings(derandomize=True, database=None, max_examples=400)
    @given(distinct_documents())
    def collect(document: dict[str, Any]) -> None:
        found.append(document)

    collect()
    return found


def assembles(module: ModuleType) -> bool:
    """Tell whether a module assembles every document to the rule that it means."""
    return not any(
        departures(document, rule, request_body(rule), QUERY)
        for document in documents()
        for rule in [module.assemble(detection_of(document), QUERY)]
    )


def writes(module: ModuleType) -> bool:
    """Tell whether a module makes the right request of the rule of every document."""
    return not any(
        departures(document, rule, module.request_body(rule))
        or api_versions.api_version_of(module.request_body(rule)) != api_version_of(rule)
        for document in documents()
        for rule in [assemble(detection_of(document), QUERY)]
    )


JUDGES: dict[str, Callable[[ModuleType], bool]] = {
    "generator.kinds.analytic_rule.assemble": assembles,
    "generator.kinds.analytic_rule.body": writes,
}


def survives(mutant: Mutant, judge: Callable[[ModuleType], bool]) -> bool:
    try:
        return judge(mutant.load())
    except Exception:  # noqa: BLE001 - a mutant may fail in any way
        return False


def test_faults_that_a_writer_could_make_are_among_the_mutants() -> None:
    assert {
        "request_body: rule.suppression_enabled -> False",
        "_grouping: grouping.custom_details -> grouping.alert_details",
        "_alert_details_override: override.severity_column -> override.tactics_column",
        "request_body: without properties['query'] = rule.query",
    } <= {mutant.name for mutant in mutants("generator.kinds.analytic_rule.body")}


@pytest.mark.parametrize("origin", JUDGES)
def test_no_fault_survives(origin: str) -> None:
    assert JUDGES[origin](import_module(origin))
    every = list(mutants(origin))
    survivors = {mutant.name for mutant in every if survives(mutant, JUDGES[origin])}
    assert survivors - EQUIVALENT.keys() == set()
    assert len(every) > 500
