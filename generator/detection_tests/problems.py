"""What is wrong with the tests of a catalog, found without running any of them.

Problems of tests files, of their events and parameters, and detections that lack tests. They
become findings where all others do, in `generator.checks.engine`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from generator.catalog.detection import Catalog, Detection, FileProblem
from generator.catalog.discovery import TESTS_SUFFIX
from generator.catalog.partial import UnusablePartError
from generator.catalog.placeholders import placeholders
from generator.catalog.selection import Selection
from generator.detection_tests.events import marked_event_files, typed_events
from generator.detection_tests.expected_names import expectation_problems
from generator.detection_tests.hollow import hollow_problems
from generator.detection_tests.inputs import input_problems
from generator.detection_tests.load import load_suites
from generator.detection_tests.parameters import parameter_problems
from generator.detection_tests.query_inputs import QueryInputs
from generator.detection_tests.suite import DetectionTest, EventRows, TestSuite
from generator.detection_tests.window import window_problems
from generator.findings import InFile, Problem
from generator.kql.service.environment import Environment
from generator.text.reporting import first_problems

UNTESTED = "SG601"
PLACEHOLDER = "SG619"


def test_problems(
    catalog: Catalog,
    environment: Environment,
    selection: Selection,
    queries: QueryInputs | None,
) -> tuple[FileProblem, ...]:
    """Return the problems of the tests of the detections that are asked for.

    `environment` holds the tables and watchlists that events are typed by. `queries` tells what the
    queries read; None where KQL is left out.
    """
    loaded = load_suites(catalog.root)
    suites = {suite.slug: suite for suite in loaded.suites}
    unusable = {problem.slug for problem in loaded.problems}
    problems = list(loaded.problems)
    asked = [
        detection
        for detection in (
            *catalog.detections,
            *(one.without().detection for one in catalog.partial),
        )
        if selection.covers(detection.source.file)
    ]
    if queries is not None:
        whole = [one for one in catalog.detections if selection.covers(one.source.file)]
        queries.prepare((one, suites[one.slug]) for one in whole if one.slug in suites)
    for detection in asked:
        suite = suites.get(detection.slug)
        if suite is not None:
            found = first_problems(_problems_of(suite, detection, catalog, environment, queries))
            problems.extend(FileProblem(suite.source, suite.slug, problem) for problem in found)
        # What cannot be read may be the test that is missing; what is wrong with it is told.
        is_known = suite.is_whole if suite is not None else detection.slug not in unusable
        missing = _missing(suite, detection) if is_known else None
        if missing is not None:
            problems.append(FileProblem(detection.source, detection.slug, missing))
    return tuple(problems)


def _problems_of(
    suite: TestSuite,
    detection: Detection,
    catalog: Catalog,
    environment: Environment,
    queries: QueryInputs | None,
) -> Iterator[Problem]:
    for test in (*suite.tests, *suite.faulty):
        events = typed_events(suite.source, test, environment, catalog.root)
        yield from events.problems
        yield from marked_event_files(suite.source, test, catalog.root)
        yield from _usable(partial(parameter_problems, detection, test.parameters, test.path))
        yield from _usable(partial(expectation_problems, detection, test))
        yield from hollow_problems(test)
        if test in suite.faulty or test.skip is not None:
            continue
        if not events.problems:
            yield from _usable(partial(window_problems, detection, test, events.tables))
        inputs = None if queries is None else queries.of(detection, test)
        if inputs is not None:
            # That a table is unknown says more than that the query does not read it.
            told = {problem.place for problem in events.problems}
            yield from (one for one in input_problems(test, inputs) if one.place not in told)
    for mark, place in placeholders(suite.source):
        message = f"{mark!r} is still to be done, here and in the detection"
        yield Problem(PLACEHOLDER, message, place)
        break


def _usable(look: Callable[[], Iterable[Problem]]) -> tuple[Problem, ...]:
    """Return what is found; nothing where that depends on what is not usable in the detection."""
    try:
        return tuple(look())
    except UnusablePartError:
        return ()


def _gives_rows(test: DetectionTest) -> bool:
    """Tell whether there is anything that the detection could have alerted on."""
    given = (*test.tables.values(), *test.watchlists.values(), *test.external_data.values())
    return any(not isinstance(events, EventRows) or events.rows for events in given)


def _missing(suite: TestSuite | None, detection: Detection) -> Problem | None:
    tests = [] if suite is None else [test for test in suite.tests if test.skip is None]
    lacking = []
    if not any(test.expect.expects_alerts for test in tests):
        lacking.append("no test that alerts")
    if not any(test.expect.number_of_alerts == 0 and _gives_rows(test) for test in tests):
        lacking.append("no test with events that does not alert")
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
