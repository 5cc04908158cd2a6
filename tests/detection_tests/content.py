"""The tests of `fixtures/content`, run as the command runs them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from generator.catalog.configuration import Configuration
from generator.catalog.load import load_catalog
from generator.detection_tests.load import load_suites
from generator.detection_tests.prepare import Preparation
from generator.detection_tests.results import TestResult
from generator.detection_tests.run import jobs_of, run_tests
from generator.kinds import seats
from generator.kql.schemas.declared import load_environment
from generator.kql_service.bundle import KqlUnavailableError, find_bundle
from generator.kql_service.service import KqlService
from generator.kql_templates import TemplateLibrary

CONTENT = Path(__file__).parent / "fixtures" / "content"


def results_of(slug: str) -> Mapping[str, TestResult]:
    """Results by the tests' names; skips where the language service is not installed."""
    try:
        find_bundle()
    except KqlUnavailableError as error:
        pytest.skip(str(error))
    return {result.test.name: result for result in _all_results() if result.slug == slug}


@cache
def _all_results() -> tuple[TestResult, ...]:
    catalog = load_catalog(CONTENT, Configuration(), seats())
    environment = load_environment(CONTENT, Configuration()).environment
    loaded = load_suites(CONTENT)
    detections = {detection.slug: detection for detection in catalog.detections}
    jobs = jobs_of(loaded.suites, detections)
    preparation = Preparation(KqlService(environment), TemplateLibrary(CONTENT))
    return tuple(run_tests(jobs, preparation, CONTENT, trace=True))
