"""What `sentinelgen test` does with its options: load, run, show, pick the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from generator.catalog.detection import FileProblem
from generator.checks.engine import findings_of
from generator.cli.console import (
    counting_line,
    is_terminal,
    result,
    result_exact,
    result_json,
    result_xml,
    say,
    wants_colour,
    warn,
)
from generator.cli.content import Content, load_content
from generator.cli.exit_codes import CLEAN, CONTENT, CommandError
from generator.cli.options import Settings
from generator.detection_tests.formatters.junit import format_junit
from generator.detection_tests.formatters.results_json import format_json
from generator.detection_tests.formatters.text import format_text
from generator.detection_tests.load import EXPECTS_NOTHING, load_suites
from generator.detection_tests.prepare import Preparation
from generator.detection_tests.record import skeletons
from generator.detection_tests.results import TestResult, Verdict
from generator.detection_tests.run import jobs_of, run_tests
from generator.findings import Finding, Severity
from generator.kinds import seat_of
from generator.kql_service.bundle import KqlUnavailableError, find_bundle
from generator.kql_service.cache import open_answer_cache
from generator.kql_service.service import KqlService
from generator.kql_templates import TemplateLibrary
from generator.symbols import environment_of
from generator.text.safe_text import visible

_WORTH_PROGRESS = 20
"""Tests; fewer are over before a line about them could be read."""


@dataclass(frozen=True, slots=True)
class TestRequest:
    """The options of an invocation. `require_kql` is None when neither option was given."""

    __test__ = False

    paths: tuple[str, ...]
    tenant: str | None = None
    word: str | None = None
    form: str = "text"
    explain: bool = False
    record: bool = False
    require_kql: bool | None = None


def run_detection_tests(settings: Settings, request: TestRequest) -> int:
    """Run the tests that an invocation asks for, print their results and return the exit code.

    Raises CommandError for a wrong invocation, and when the KQL service is missing.
    """
    content = load_content(settings, request.paths, tenant=request.tenant)
    try:
        find_bundle()
    except KqlUnavailableError as error:
        if request.require_kql is not False:
            raise CommandError(str(error)) from error
        warn(f"no test was run: {error}")
        return CLEAN
    catalog = content.catalog
    environment = environment_of(catalog)
    loaded = load_suites(catalog.root, content.selection.files)
    detections = {
        detection.slug: detection
        for detection in catalog.detections
        if content.selection.covers(detection.source.file)
    }
    jobs = jobs_of(loaded.suites, detections, request.word)
    if request.word and not jobs:
        raise CommandError(f"no test's AREA/SLUG: name holds {request.word!r}")
    if request.paths and not (jobs or loaded.suites or loaded.problems):
        raise CommandError(f"there are no tests of {', '.join(request.paths)}, so nothing was run")
    problems = (*_asked_for(content, loaded.problems), *environment.problems)
    broken = _errors(findings_of(catalog, _asked_for(content, catalog.problems)))
    findings = (*broken, *findings_of(catalog, problems))
    cache = open_answer_cache(catalog.root)
    service = KqlService(environment.environment, cache)
    preparation = Preparation(service, TemplateLibrary(catalog.root), content.parameters)
    outcomes = run_tests(
        jobs, preparation, catalog.root, trace=request.explain, recording=request.record
    )
    results = list(_with_progress(outcomes, len(jobs), settings))
    if request.record:
        findings = tuple(one for one in findings if one.code != EXPECTS_NOTHING)
    for finding in findings:
        say(_line(finding))
    if request.record:
        return _record(results, findings)
    _show(results, request, settings)
    failed = any(item.verdict is Verdict.FAILED for item in results)
    return CONTENT if failed or _errors(findings) else CLEAN


def _record(results: Sequence[TestResult], findings: Sequence[Finding]) -> int:
    """Print the expectations of tests that ran; those that did not are told on stderr."""
    broken = [item for item in results if item.faults]
    if broken:
        say(format_text(broken))
    text = skeletons(results)
    if text:
        result_exact(text)
    return CONTENT if broken or _errors(findings) else CLEAN


def _asked_for(content: Content, problems: Iterable[FileProblem]) -> list[FileProblem]:
    """Return the problems of what an invocation asks for; those of no detection belong to all."""
    covers = content.selection.covers
    return [
        problem
        for problem in problems
        if problem.slug is None or covers(seat_of(problem.slug).file(problem.slug))
    ]


def _errors(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _with_progress(
    outcomes: Iterator[TestResult], number: int, settings: Settings
) -> Iterator[TestResult]:
    """Pass results on; on a terminal, a line on stderr says how far a long run is."""
    if settings.quiet or number < _WORTH_PROGRESS or not is_terminal("stderr"):
        yield from outcomes
        return
    with counting_line() as show:
        for done, outcome in enumerate(outcomes, 1):
            show(f"{done} of {number} tests")
            yield outcome


def _show(results: Sequence[TestResult], request: TestRequest, settings: Settings) -> None:
    if request.form == "json":
        result_json(format_json(results))
    elif request.form == "junit":
        result_xml(format_junit(results))
    else:
        colour = wants_colour("stdout", no_color=settings.no_color)
        result(format_text(results, colour=colour, explain=request.explain), coloured=colour)


def _line(finding: Finding) -> str:
    place = f"{finding.file}:{finding.line}:{finding.column}"
    help_ = f" ({finding.help})" if finding.help else ""
    return visible(f"{place}: {finding.severity}: {finding.message} [{finding.code}]{help_}")
