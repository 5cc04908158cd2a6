"""What is wrong with the tests of a catalog, found without running any of them.

Problems of tests files, of their events and parameters, and detections that lack tests. They
become findings where all others do, in `generator.checks.engine`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from generator.catalog.detection import Catalog, Detection, FileProblem
from generator.catalog.partial import UnusablePartError
from generator.catalog.placeholders import placeholders
from generator.catalog.seat import TESTS_SUFFIX
from generator.catalog.selection import Selection
from generator.detection_tests.events import TypedEvents, marked_event_files, typed_events
from generator.detection_tests.expected_names import expectation_problems
from generator.detection_tests.hollow import hollow_problems
from generator.detection_tests.inputs import Inputs, gives_rows, input_problems
from generator.detection_tests.load import load_suites
from generator.detection_tests.parameters import parameter_problems
from generator.detection_tests.query_inputs import QueryInputs
from generator.detection_tests.suite import DetectionTest, TestSuite
from generator.detection_tests.window import window_problems
from generator.findings import Code, InFile, Problem, Severity
from generator.kinds import kind_of
from generator.kql.environment import Environment
from generator.kql_evaluator.table import Table
from generator.text.reporting import first_problems

UNTESTED = Code(
    "SG601",
    summary="A detection lacks a test that alerts or one that does not",
    explanation=(
        "A test that alerts shows that the detection can find what it is for; one that does not "
        "shows that it keeps quiet otherwise. Write SLUG.tests.yaml beside the detection with at "
        "least one of each; the best quiet test is a near miss, one condition off. A skipped test "
        "does not count, and a quiet one must give at least one event that the query reads."
    ),
    severity=Severity.WARNING,
    source="our own decision; docs/testing.md describes the format",
)
PLACEHOLDER = Code(
    "SG619",
    summary="Tests that `new` wrote and nobody has changed",
    explanation=(
        "The tests of `sentinelgen new` show how a test looks. Their events hold an operation "
        "that no log holds, as the query of `new` does. Write events as your logs hold them, and "
        "what the detection must make of them."
    ),
    severity=Severity.WARNING,
    source="our own decision; docs/testing.md describes the format",
)


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
        if selection.covers(detection.source.file) and kind_of(detection).seat.tested
    ]
    if queries is not None:
        whole = [one for one in catalog.detections if selection.covers(one.source.file)]
        queries.prepare((one, suites[one.slug]) for one in whole if one.slug in suites)
    for detection in asked:
        suite = suites.get(detection.slug)
        looked: list[_Looked] = []
        if suite is not None:
            looked = [
                _Looked(
                    test,
                    typed_events(suite.source, test, environment, catalog.root),
                    None if queries is None or is_faulty else queries.of(detection, test),
                    is_faulty,
                )
                for tests, is_faulty in ((suite.tests, False), (suite.faulty, True))
                for test in tests
            ]
            found = first_problems(_problems_of(suite, detection, catalog, looked))
            problems.extend(FileProblem(suite.source, suite.slug, problem) for problem in found)
        # What cannot be read may be the test that is missing; what is wrong with it is told.
        is_known = suite.is_whole if suite is not None else detection.slug not in unusable
        missing = _missing(looked, detection, has_file=suite is not None) if is_known else None
        if missing is not None:
            problems.append(FileProblem(detection.source, detection.slug, missing))
    return tuple(problems)


@dataclass(frozen=True, slots=True)
class _Looked:
    """A test, its typed events, and what the query reads in it; None where that is not known."""

    test: DetectionTest
    events: TypedEvents
    inputs: Inputs | None
    is_faulty: bool

    def tables(self) -> dict[str, Table]:
        """Return the tables of the test that the query can read."""
        return {
            name: table
            for name, table in self.events.tables.items()
            if self.inputs is None or self.inputs.reads_table(name)
        }

    def gives_events(self) -> bool:
        """Tell whether there is anything that the detection could have alerted on.

        Items of a watchlist count where the query reads nothing else.
        """
        test, inputs = self.test, self.inputs
        if self.events.problems or any(table.rows for table in self.tables().values()):
            return True
        if inputs is not None and (inputs.tables or inputs.functions or inputs.reads_any_table):
            return False
        others = (*test.watchlists.values(), *test.external_data.values())
        return any(gives_rows(events) for events in others)


def _problems_of(
    suite: TestSuite, detection: Detection, catalog: Catalog, looked: Iterable[_Looked]
) -> Iterator[Problem]:
    for one in looked:
        test, events, inputs = one.test, one.events, one.inputs
        yield from events.problems
        yield from marked_event_files(suite.source, test, catalog.root)
        yield from _usable(partial(parameter_problems, detection, test.parameters, test.path))
        yield from _usable(partial(expectation_problems, detection, test))
        yield from hollow_problems(test)
        if one.is_faulty or test.skip is not None:
            continue
        if not events.problems:
            yield from _usable(partial(window_problems, detection, test, one.tables()))
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


def _missing(looked: Iterable[_Looked], detection: Detection, *, has_file: bool) -> Problem | None:
    run = [one for one in looked if one.test.skip is None and not one.is_faulty]
    kind = kind_of(detection)
    lacking = []
    if kind.raises_alerts:
        if not any(one.test.expect.expects_alerts for one in run):
            lacking.append("no test that alerts")
        if not any(one.test.expect.number_of_alerts == 0 and one.gives_events() for one in run):
            lacking.append("no test with events that does not alert")
    else:
        if not any(one.test.expect.rows for one in run):
            lacking.append("no test that finds a row")
        if not any(one.test.expect.rows == () and one.gives_events() for one in run):
            lacking.append("no test with events that finds none")
    if not lacking:
        return None
    message = f"the {kind.seat.what} has {' and '.join(lacking)}"
    # The first line, because a place in the document would cost a second parsing of every file.
    problem = Problem(UNTESTED, message, InFile(detection.source.file))
    return (
        problem
        if has_file
        else replace(
            problem,
            help=f"write them in {detection.slug.rpartition('/')[2]}{TESTS_SUFFIX} beside it",
        )
    )
