"""What is wrong with the tests of a catalog, found without running any of them.

Problems of tests files, of their events and parameters, and detections that lack tests. They
become findings where all others do, in `generator.checks.engine`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generator.catalog.detection import Catalog, Detection, FileProblem
from generator.catalog.discovery import TESTS_SUFFIX
from generator.catalog.selection import Selection
from generator.detection_tests.events import marked_event_files, typed_events
from generator.detection_tests.expected_names import expectation_problems
from generator.detection_tests.load import load_suites
from generator.detection_tests.parameters import parameter_problems
from generator.detection_tests.suite import TestSuite
from generator.findings import InFile, Problem
from generator.kql.service.environment import Environment
from generator.text.reporting import first_problems

UNTESTED = "SG601"


def test_problems(
    catalog: Catalog, environment: Environment, selection: Selection
) -> tuple[FileProblem, ...]:
    """Return the problems of the tests of the detections that are asked for.

    `environment` holds the tables and watchlists that events are typed by.
    """
    loaded = load_suites(catalog.root)
    suites = {suite.slug: suite for suite in loaded.suites}
    unusable = {problem.slug for problem in loaded.problems}
    problems = list(loaded.problems)
    for detection in catalog.detections:
        if not selection.covers(detection.source.file):
            continue
        suite = suites.get(detection.slug)
        if suite is not None:
            found = first_problems(_problems_of(suite, detection, catalog, environment))
            problems.extend(FileProblem(suite.source, suite.slug, problem) for problem in found)
        # A file that cannot be read may hold both tests; what is wrong with it is told already.
        missing = _missing(suite, detection) if suite or detection.slug not in unusable else None
        if missing is not None:
            problems.append(FileProblem(detection.source, detection.slug, missing))
    return tuple(problems)


def _problems_of(
    suite: TestSuite, detection: Detection, catalog: Catalog, environment: Environment
) -> Iterator[Problem]:
    for test in suite.tests:
        yield from typed_events(suite.source, test, environment, catalog.root).problems
        yield from marked_event_files(suite.source, test, catalog.root)
        yield from parameter_problems(detection, test.parameters, test.path)
        yield from expectation_problems(detection, test)


def _missing(suite: TestSuite | None, detection: Detection) -> Problem | None:
    tests = [] if suite is None else [test for test in suite.tests if test.skip is None]
    lacking = []
    if not any(test.expect.expects_alerts for test in tests):
        lacking.append("no test that alerts")
    if not any(test.expect.number_of_alerts == 0 for test in tests):
        lacking.append("no test that does not alert")
    if not lacking:
        return None
    message = f"the detection has {' and '.join(lacking)}"
    # The first line, because a place in the document would cost a second parsing of every file.
    problem = Problem(UNTESTED, message, InFile(detection.source.file))
    return (
        problem
        if suite
        else replace(
            problem,
            help=f"write them in {detection.slug.rpartition('/')[2]}{TESTS_SUFFIX} beside it",
        )
    )
