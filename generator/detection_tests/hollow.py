"""Expectations that nothing could fail, or hardly anything: found in the tests file alone.

A test that passes whatever the detection does is worse than none. Events, rules and queries are not
looked at here; `inputs` says what of a test the query never reads.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.detection_tests.suite import AlertExpectation, DetectionTest
from generator.findings import Code, DocumentPath, InDocument, Problem, Severity

NEEDS_AN_ALERT = Code(
    "SG612",
    summary="A test compares an alert and expects none",
    explanation=(
        "Title, description, severity, tactics, entities, custom details and dynamic properties "
        "are those of an alert. Beside alerts: 0 there is none to compare them with, so the key "
        "holds whatever it says: the test shows less than its reader believes. An error, because "
        "nothing can make the key fail."
    ),
    severity=Severity.ERROR,
    source="our own decision; docs/testing.md describes the format",
)
COMPARES_NOTHING = Code(
    "SG613",
    summary="An expectation names nothing to compare",
    explanation=(
        "Entities, custom details and dynamic properties match as subsets, and an empty mapping "
        "is a subset of any: entities: {} holds for an alert with entities too. Name what is "
        "expected; an empty list says that there is none of it, such as Account: []. An error, "
        "because nothing can make the key fail."
    ),
    severity=Severity.ERROR,
    source="our own decision; docs/testing.md describes the format",
)
MATCHES_ANYTHING = Code(
    "SG614",
    summary="An expectation that anything meets",
    explanation=(
        "An item {} in a list of alerts, rows or entities matches any of them, so all it says is "
        "how many there are. Say what it holds, or write the number. A warning, because the test "
        "still fails where there are fewer."
    ),
    severity=Severity.WARNING,
    source="our own decision; docs/testing.md describes the format",
)

_COMPARED = {
    "title": "title",
    "description": "description",
    "severity": "severity",
    "tactics": "tactics",
    "entities": "entities",
    "customDetails": "custom_details",
    "dynamicProperties": "dynamic_properties",
}
"""The keys about an alert, and the attribute that holds each."""

_BY_NAME = ("entities", "customDetails", "dynamicProperties")


def hollow_problems(test: DetectionTest) -> Iterator[Problem]:
    """Yield what a test expects that could not fail, at its key."""
    path: DocumentPath = (*test.path, "expect")
    if test.expect.number_of_alerts == 0:
        for key, attribute in _COMPARED.items():
            if getattr(test.expect.every, attribute) is not None:
                yield Problem(
                    NEEDS_AN_ALERT,
                    f"{key} is compared with nothing: the test expects no alert",
                    InDocument((*path, key), "key"),
                    "remove it, or expect an alert",
                )
    yield from _of_alert(test.expect.every, path)
    yield from _any_row(test.expect.rows, (*path, "rows"))
    for index, alert in enumerate(test.expect.each or ()):
        place = (*path, "alerts", index)
        if alert.is_empty:
            yield _anything("any alert meets this", place, "write how many there are: {alerts: 1}")
        yield from _of_alert(alert, place)
        yield from _any_row(alert.rows, (*place, "rows"))


def _of_alert(alert: AlertExpectation, path: DocumentPath) -> Iterator[Problem]:
    for key in _BY_NAME:
        if getattr(alert, _COMPARED[key]) == {}:
            yield Problem(
                COMPARES_NOTHING,
                f"{key} names nothing, so nothing is compared",
                InDocument((*path, key), "key"),
                "name what is expected, with an empty list where there is none of it",
            )
    for kind, entities in (alert.entities or {}).items():
        for index, identifiers in enumerate(entities):
            if not identifiers:
                place = (*path, "entities", kind, index)
                yield _anything(f"any {kind} meets this", place, "name an identifier")


def _any_row(rows: object, path: DocumentPath) -> Iterator[Problem]:
    for index, row in enumerate(rows if isinstance(rows, tuple) else ()):
        if not row:
            yield _anything("any row meets this", (*path, index), "name a column and its value")


def _anything(message: str, path: DocumentPath, help_: str) -> Problem:
    return Problem(MATCHES_ANYTHING, message, InDocument(path), help_)
