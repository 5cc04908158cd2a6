"""Tests files become suites: strict YAML, the schema's shape, and a detection beside each.

Uses the catalog's loading machinery, so that problems of tests files read and stand as those of
detections do. What the events mean is not looked at here.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from generator.catalog.detection import FileProblem
from generator.catalog.seat import SUFFIX, TESTS_SUFFIX, Seat
from generator.detection_tests.suite import (
    AlertExpectation,
    DetectionTest,
    EventFile,
    EventRows,
    Events,
    Expectation,
    TestSuite,
)
from generator.disk.links import folder_problem
from generator.disk.text_files import byte_order_mark_notes, read_content
from generator.findings import Code, DocumentPath, InDocument, Problem, Severity
from generator.kinds import seats
from generator.kql_evaluator.parsing import parse_datetime
from generator.kql_evaluator.values import to_python_datetime
from generator.text.reporting import MAX_PROBLEMS
from generator.text.schema import load_schema, schema_text
from generator.text.source_text import SourceText
from generator.text.strict_document import DocumentFormat, read_document
from generator.text.yaml_text import DUPLICATE_KEY, unusable_paths

DEFAULT_NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
"""When a rule runs in a test that does not say: a fixed instant, so that no result ever depends on
the clock."""


ORPHAN = Code(
    "SG602",
    summary="A tests file belongs to no detection",
    explanation=(
        "SLUG.tests.yaml holds the tests of SLUG.yaml in the same folder. Without that file the "
        "tests are never run, which nobody notices. Rename the tests file as the detection is "
        "called, or remove it."
    ),
    severity=Severity.WARNING,
    source="our own decision; docs/testing.md describes the format",
)
EXPECTS_NOTHING = Code(
    "SG604",
    summary="A test expects nothing",
    explanation=(
        "A test that expects nothing passes whatever the detection does. Expect at least a number "
        "of alerts, or of a hunting query its rows."
    ),
    severity=Severity.ERROR,
    source="our own decision; docs/testing.md describes the format",
)
REPEATED_NAME = Code(
    "SG603",
    summary="Two tests of a file have the same name, or differ in nothing else",
    explanation=(
        "Reports name a test by its name, so two of the same cannot be told apart: say in each "
        "name what is different about it. Blanks make no difference. Where only the name differs, "
        "the second test shows nothing that the first does not: it was mostly copied to be "
        "changed."
    ),
    severity=Severity.WARNING,
    source="our own decision; docs/testing.md describes the format",
)
UNUSABLE_NOW = Code(
    "SG605",
    summary="The now of a test is no time",
    explanation=(
        "`now` is when the rule runs: what now() returns and ago() counts from. It is a UTC time "
        "of the calendar such as 2026-01-15T12:00:00Z."
    ),
    severity=Severity.ERROR,
    source="our own decision; docs/testing.md describes the format",
)

_LIKE_A_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T")

_SCHEMA_FILE = "tests.schema.json"


@dataclass(frozen=True, slots=True)
class LoadedSuites:
    """The suites in the order of their slugs, and what was wrong with other files or tests."""

    suites: tuple[TestSuite, ...]
    problems: tuple[FileProblem, ...]


_PACKAGE = "generator.detection_tests"
_FORMAT = DocumentFormat(
    schema_for=lambda _document: load_schema(_PACKAGE, _SCHEMA_FILE), partly=True
)


def suite_schema_text() -> str:
    """Return the JSON Schema of tests files as it is."""
    return schema_text(_PACKAGE, _SCHEMA_FILE)


def load_suites(root: Path, files: Collection[str] | None = None) -> LoadedSuites:
    """Load the tests files of a content repository; of the documents in `files` where it is given.

    A file without a document beside it gives a problem and no suite.
    """
    suites: list[TestSuite] = []
    problems: list[FileProblem] = []
    for seat, file in tests_files(root):
        tested = f"{file.removesuffix(TESTS_SUFFIX)}{SUFFIX}"
        slug = seat.label(tested)
        if files is not None and tested not in files:
            continue
        source = read_content(root, file)
        if isinstance(source, Problem):
            problems.append(FileProblem(None, slug, source))
            continue
        problems.extend(FileProblem(source, slug, note) for note in byte_order_mark_notes(source))
        suite, found = load_suite(source, slug)
        if suite is not None:
            suites.append(suite)
        problems.extend(FileProblem(source, slug, problem) for problem in found)
        if not (root / tested).exists():
            problems.append(FileProblem(source, slug, _orphan(tested)))
    return LoadedSuites(tuple(suites), tuple(problems))


def tests_files(root: Path) -> Iterator[tuple[Seat, str]]:
    """Yield the tests files of a content repository by their names from its root, and the kind."""
    for seat in (seat for seat in seats() if seat.tested):
        folder = root / seat.folder
        if folder_problem(folder, seat.folder, root.resolve()) is not None:
            continue  # loading the catalog says so
        for path in sorted(folder.rglob(f"*{TESTS_SUFFIX}")):
            parts = path.relative_to(folder).parts
            if len(parts) > 1 and not any(part.startswith("_") for part in parts[:-1]):
                yield seat, f"{seat.folder}/{'/'.join(parts)}"


def load_suite(source: SourceText, slug: str) -> tuple[TestSuite | None, tuple[Problem, ...]]:
    """Load one tests file. An error in one test leaves the others to be run.

    There is no suite where the file holds no list of tests, or more errors than are listed.
    """
    document = read_document(source, _FORMAT)
    problems = document.problems
    items = document.value.get("tests") if isinstance(document.value, dict) else None
    if not isinstance(items, list) or len(problems) >= MAX_PROBLEMS:
        return None, problems
    wrong = _wrong_parts(document.value, problems)
    tests: list[DetectionTest] = []
    faulty: list[DetectionTest] = []
    found: list[Problem] = list(problems)
    firsts: dict[str, int] = {}
    is_whole = True
    for index, item in enumerate(items):
        path: DocumentPath = ("tests", index)
        calendar = None if ("now",) in wrong[index] else _no_date(item, path)
        if calendar is not None:
            found.append(calendar)
            wrong[index].append(("now",))
        if wrong[index]:
            is_whole = False
            if isinstance(item, dict):
                faulty.append(_test(_usable_part(item, wrong[index]), path))
            continue
        test = _test(item, path)
        found.extend(_repeated(item, path, firsts))
        found.extend(_clashing_aliases(item, path))
        if test.expect.is_empty:
            found.append(
                Problem(
                    EXPECTS_NOTHING,
                    "the test expects nothing, so nothing could make it fail",
                    InDocument((*path, "expect") if "expect" in item else path),
                    "expect at least a number of alerts, such as {alerts: 0}",
                )
            )
        tests.append(test)
    return TestSuite(slug, source, tuple(tests), tuple(faulty), is_whole), tuple(found)


def _wrong_parts(document: Any, problems: Iterable[Problem]) -> dict[int, list[DocumentPath]]:
    """Return by the index of each faulty test where its errors are, from the test on."""
    places = [one.place.path for one in problems if isinstance(one.place, InDocument)]
    wrong: dict[int, list[DocumentPath]] = defaultdict(list)
    for path in (*places, *unusable_paths(document)):
        if len(path) > 1 and path[0] == "tests" and isinstance(path[1], int):
            wrong[path[1]].append(path[2:])
    return wrong


_INPUTS_AND_EXPECT = frozenset({"tables", "watchlists", "externaldata", "expect"})


def _usable_part(item: Mapping[str, Any], wrong: Iterable[DocumentPath]) -> dict[str, Any]:
    """Return a test without the members, or the parts of its larger members, that are wrong."""
    usable = dict(item)
    for key, *below in filter(None, wrong):
        members = usable.get(str(key))
        if below and key in _INPUTS_AND_EXPECT and isinstance(members, dict):
            usable[str(key)] = {name: one for name, one in members.items() if name != below[0]}
        else:
            usable.pop(str(key), None)
    return usable


def _repeated(
    item: Mapping[str, Any], path: DocumentPath, firsts: dict[str, int]
) -> Iterator[Problem]:
    """Yield a problem for a test with the name, or with all but the name, of one before it.

    `firsts` holds the indexes of the tests before it, by both.
    """
    index = int(path[-1])
    name = " ".join(item["name"].split())
    rest = json.dumps({**item, "name": None}, sort_keys=True, default=str)
    place = InDocument((*path, "name"))
    if name in firsts:
        message = f"test {firsts[name] + 1} has this name too"
        yield Problem(REPEATED_NAME, message, place, "say what differs in this one")
    elif rest in firsts and item.keys() & _INPUTS_AND_EXPECT - {"expect"}:
        message = f"test {firsts[rest] + 1} is the same but for its name"
        yield Problem(REPEATED_NAME, message, place, "change what this one gives, or remove it")
    firsts.setdefault(name, index)
    firsts.setdefault(rest, index)


def _clashing_aliases(item: Mapping[str, Any], path: DocumentPath) -> Iterator[Problem]:
    firsts: dict[str, str] = {}
    for alias in item.get("watchlists", {}):
        first = firsts.setdefault(alias.lower(), alias)
        if first != alias:
            yield Problem(
                DUPLICATE_KEY,
                f"{alias} is the watchlist {first}: aliases do not tell upper and lower case apart",
                InDocument((*path, "watchlists", alias), "key"),
                "put their rows together",
            )


def _no_date(item: Any, path: DocumentPath) -> Problem | None:
    now = item.get("now") if isinstance(item, dict) else None
    if not isinstance(now, str) or not _LIKE_A_DATE.match(now) or parse_datetime(now) is not None:
        return None
    message = f"{now} is no date of the calendar"
    return Problem(UNUSABLE_NOW, message, InDocument((*path, "now")))


def _orphan(file: str) -> Problem:
    return Problem(
        ORPHAN,
        "these are tests of no detection, and they are never run",
        InDocument((), "key"),
        f"there is no {file} beside this file",
    )


def _test(item: Mapping[str, Any], path: DocumentPath) -> DetectionTest:
    ticks = parse_datetime(item["now"]) if "now" in item else None
    return DetectionTest(
        name=item.get("name", ""),
        path=path,
        now=DEFAULT_NOW if ticks is None else to_python_datetime(ticks),
        expect=_expectation(item.get("expect", {})),
        tables={
            name: _events(events, (*path, "tables", name))
            for name, events in item.get("tables", {}).items()
        },
        watchlists=_rows_by_name(item, path, "watchlists"),
        external_data=_rows_by_name(item, path, "externaldata"),
        parameters=item.get("parameters", {}),
        skip=item.get("skip"),
    )


def _events(events: Any, path: DocumentPath) -> Events:
    if isinstance(events, dict):
        return EventFile(events["file"], (*path, "file"))
    return EventRows(tuple(events), path)


def _rows_by_name(item: Mapping[str, Any], path: DocumentPath, key: str) -> dict[str, EventRows]:
    return {
        name: EventRows(tuple(rows), (*path, key, name)) for name, rows in item.get(key, {}).items()
    }


def _expectation(item: Mapping[str, Any]) -> Expectation:
    alerts = item.get("alerts")
    columns = item.get("columns")
    without_rows = {key: value for key, value in item.items() if key != "rows"}
    return Expectation(
        alert_count=alerts if isinstance(alerts, int) else None,
        each=tuple(_alert(alert) for alert in alerts) if isinstance(alerts, list) else None,
        every=_alert(without_rows),
        rows=_tuple(item.get("rows")),
        columns=None if columns is None else tuple(columns),
    )


def _alert(item: Mapping[str, Any]) -> AlertExpectation:
    entities = item.get("entities")
    tactics = item.get("tactics")
    return AlertExpectation(
        title=item.get("title"),
        description=item.get("description"),
        severity=item.get("severity"),
        tactics=None if tactics is None else tuple(tactics),
        entities=(
            None
            if entities is None
            else {kind: tuple(identifiers) for kind, identifiers in entities.items()}
        ),
        custom_details=item.get("customDetails"),
        dynamic_properties=item.get("dynamicProperties"),
        rows=_tuple(item.get("rows")),
    )


def _tuple(rows: list[Mapping[str, Any]] | None) -> tuple[Mapping[str, Any], ...] | None:
    return None if rows is None else tuple(rows)
