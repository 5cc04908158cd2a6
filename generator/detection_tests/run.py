"""Runs tests: types the events, applies the window, evaluates the query, raises the alerts.

A test passes only when everything was computed and everything expected came. Nothing is printed
here, and the only clock is the one that measures how long a test takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from generator.catalog.detection import Detection
from generator.detection_tests.events import (
    Shape,
    TypedEvents,
    placed_rows,
    typed_events,
    typed_table,
)
from generator.detection_tests.expectation import mismatches
from generator.detection_tests.expected_names import expectation_problems
from generator.detection_tests.hollow import (
    COMPARES_NOTHING,
    NEEDS_AN_ALERT,
    hollow_problems,
)
from generator.detection_tests.inputs import NOT_GIVEN, ONLY_UNREAD, input_problems
from generator.detection_tests.parameters import parameter_problems
from generator.detection_tests.places import in_file, in_query
from generator.detection_tests.prepare import (
    Preparation,
    ReadyRule,
    evaluation_fault,
)
from generator.detection_tests.results import ExplainedStep, Fault, TestResult, Verdict
from generator.detection_tests.suite import DetectionTest, TestSuite
from generator.detection_tests.window import window_of, within_window
from generator.findings import InDocument, InQuery, Problem
from generator.kinds import kind_of
from generator.kinds.alerts import Alerts
from generator.kql_evaluator.errors import EvaluationError, UnsupportedConstruct
from generator.kql_evaluator.runtime import Step
from generator.kql_evaluator.table import Table
from generator.text.reporting import first_problems

_FAULTS = frozenset({NEEDS_AN_ALERT, COMPARES_NOTHING, ONLY_UNREAD, NOT_GIVEN})
"""What keeps a test from passing; the rest is worth a warning of `validate`."""


@dataclass(frozen=True, slots=True)
class Job:
    """One test to run, the suite that it stands in, and its detection."""

    suite: TestSuite
    test: DetectionTest
    detection: Detection


def jobs_of(
    suites: Sequence[TestSuite], detections: Mapping[str, Detection], word: str | None = None
) -> list[Job]:
    """Return the tests of loaded detections, of those with `word` in `AREA/SLUG: NAME`, any case.

    Suites of detections that are not given are left out.
    """
    wanted = (word or "").casefold()
    return [
        Job(suite, test, detections[suite.slug])
        for suite in suites
        if suite.slug in detections
        for test in suite.tests
        if wanted in f"{suite.slug}: {test.name}".casefold()
    ]


def run_tests(
    jobs: Sequence[Job],
    preparation: Preparation,
    root: Path,
    *,
    trace: bool = False,
    recording: bool = False,
) -> Iterator[TestResult]:
    """Run tests one after the other; with `trace`, results tell the rows after each operator.

    A test that expects nothing fails, unless it is run for `recording` what it does.
    `root` is the content root, for files of events. Raises KqlUnavailableError where the language
    service is not installed.
    """
    for job in jobs:
        start = perf_counter()
        result = _run(job, preparation, root, trace=trace)
        if result.verdict is Verdict.PASSED and job.test.expect.is_empty and not recording:
            result = replace(result, verdict=Verdict.FAILED, faults=(_nothing_expected(job),))
        yield replace(result, seconds=perf_counter() - start)


def _run(job: Job, preparation: Preparation, root: Path, *, trace: bool) -> TestResult:
    source, test = job.suite.source, job.test
    result = TestResult(
        job.suite.slug, test, in_file(InDocument((*test.path, "name")), source), Verdict.FAILED
    )
    if test.skip is not None:
        return replace(result, verdict=Verdict.SKIPPED)
    events = typed_events(source, test, preparation.service.environment, root)
    problems = (
        *events.problems,
        *parameter_problems(job.detection, test.parameters, test.path),
        *expectation_problems(job.detection, test),
        *(problem for problem in hollow_problems(test) if problem.code in _FAULTS),
    )
    if problems:
        return replace(result, faults=_faults(problems, job))
    ready = preparation.prepare(job.detection, test.parameters)
    if not isinstance(ready, ReadyRule):
        return replace(result, faults=ready)
    unfit = list(input_problems(test, ready.inputs))
    if any(problem.code in _FAULTS for problem in unfit):
        return replace(result, faults=_faults(unfit, job))
    external: list[Problem] = []
    external_data = {
        url: typed_table(
            Shape(f"externaldata of {url}", ready.external_columns),
            placed_rows(rows),
            test.now,
            external,
        )
        for url, rows in test.external_data.items()
    }
    if external:
        return replace(result, faults=_faults(external, job))
    return _evaluated(result, job, ready, events, external_data, trace=trace)


def _evaluated(
    result: TestResult,
    job: Job,
    ready: ReadyRule,
    events: TypedEvents,
    external_data: Mapping[str, Table],
    *,
    trace: bool,
) -> TestResult:
    test = job.test
    length = window_of(ready.written)
    window = within_window(events.tables, test.now, length, by_ingestion=ready.written.by_ingestion)
    notes = [
        f"{name}: {count} of {len(events.tables[name].rows)} events are outside of the window, "
        f"the {length} before now"
        for name, count in window.left_out.items()
    ]
    notes += [f"{name} is empty: the test does not give it" for name in _missing(ready, events)]
    notes += [problem.message for problem in input_problems(test, ready.inputs)]
    try:
        outcome = ready.query.run(
            window.tables, test.now, events.watchlists, external_data, trace=trace
        )
    except (UnsupportedConstruct, EvaluationError) as error:
        fault = evaluation_fault(error, job.detection, ready.rendering)
        return replace(result, faults=(fault,), notes=tuple(notes))
    raised = ready.alerts(outcome.table) or Alerts(())
    differences = mismatches(test.expect, outcome.table, raised.alerts, test.now)
    return replace(
        result,
        verdict=Verdict.FAILED if differences else Verdict.PASSED,
        mismatches=differences,
        notes=(*notes, *raised.notes),
        steps=_explained(outcome.steps, job.detection, ready),
        result=outcome.table,
        alerts=raised.alerts,
        raises_alerts=kind_of(job.detection).raises_alerts,
    )


def _missing(ready: ReadyRule, events: TypedEvents) -> list[str]:
    return sorted(ready.inputs.tables - events.tables.keys())


def _nothing_expected(job: Job) -> Fault:
    place = in_file(InDocument((*job.test.path, "name")), job.suite.source)
    return Fault("the test expects nothing, so nothing could make it fail", place)


def _faults(problems: Sequence[Problem], job: Job) -> tuple[Fault, ...]:
    return tuple(
        Fault(problem.message, in_file(problem.place, job.suite.source), problem.help)
        for problem in first_problems(problems)
    )


def _explained(
    steps: Sequence[Step], detection: Detection, ready: ReadyRule
) -> tuple[ExplainedStep, ...]:
    query = ready.rendering.text
    explained = []
    before = 0
    for step in steps:
        text = " ".join(query[step.start : step.end].split())
        place = in_query(InQuery(step.start, step.end), detection, ready.rendering)
        is_piped = query[: step.start].rstrip().endswith("|")
        dropped = is_piped and step.rows == 0 and before > 0
        explained.append(ExplainedStep(text, place, step.rows, dropped))
        before = step.rows
    return tuple(explained)
