"""The tests of this repository's own detections pass, and every detection has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.catalog.configuration import load_configuration
from generator.catalog.load import load_catalog
from generator.catalog.selection import WHOLE_CATALOG
from generator.detection_tests.load import load_suites
from generator.detection_tests.prepare import Preparation
from generator.detection_tests.problems import test_problems as problems_of_tests
from generator.detection_tests.query_inputs import QueryInputs
from generator.detection_tests.results import Verdict
from generator.detection_tests.run import jobs_of, run_tests
from generator.kinds import seats
from generator.kql.schemas.declared import load_environment
from generator.kql_service.bundle import KqlUnavailableError, find_bundle
from generator.kql_service.service import KqlService
from generator.kql_templates import TemplateLibrary

ROOT = Path(__file__).parents[2]


def test_every_test_of_the_catalog_passes_and_no_detection_lacks_tests() -> None:
    try:
        find_bundle()
    except KqlUnavailableError as error:
        pytest.skip(str(error))
    configuration = load_configuration(ROOT)
    catalog = load_catalog(ROOT, configuration, seats())
    environment = load_environment(ROOT, configuration).environment
    library = TemplateLibrary(ROOT)
    queries = QueryInputs(KqlService(environment), library)
    assert problems_of_tests(catalog, environment, WHOLE_CATALOG, queries) == ()
    detections = {detection.slug: detection for detection in catalog.detections}
    jobs = jobs_of(load_suites(ROOT).suites, detections)
    preparation = Preparation(KqlService(environment), library)
    results = list(run_tests(jobs, preparation, ROOT))
    assert len(results) >= 3 * len(detections)
    assert [item.test.name for item in results if item.verdict is not Verdict.PASSED] == []
