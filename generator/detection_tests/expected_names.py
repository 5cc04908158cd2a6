"""Names in an expectation that no alert of the rule could ever have.

An expectation of none (`entities: {Acount: []}`) would otherwise hold for a misspelled name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from generator.catalog.detection import Detection
from generator.detection_tests.suite import AlertExpectation, DetectionTest
from generator.findings import Code, DocumentPath, InDocument, Problem, Severity
from generator.kinds import kind_of
from generator.text.near_names import nearest, question
from generator.vocabulary.entities import entity_types
from generator.vocabulary.tactics import tactic_names

UNKNOWN_NAME = Code(
    "SG611",
    summary="A test expects a name that no alert of the detection can have",
    explanation=(
        "Entity types and tactics are Sentinel's; custom details and dynamic properties are those "
        "that the detection declares. With any other name the test fails for the wrong reason, "
        "or, where it expects none, passes whatever happens. Names are case-sensitive."
    ),
    severity=Severity.ERROR,
    source="our own decision; docs/testing.md describes the format",
)


NO_ALERTS = Code(
    "SG620",
    summary="A test expects alerts of what raises none",
    explanation=(
        "Nothing runs a hunting query by itself: an analyst looks at its rows, and there is no "
        "alert that a test could compare. Expect `rows` and `columns`; `rows: []` says that "
        "nothing is found."
    ),
    severity=Severity.ERROR,
    source="our own decision; docs/testing.md describes the format",
)


def expectation_problems(detection: Detection, test: DetectionTest) -> tuple[Problem, ...]:
    """Return a problem for each unknown entity type, tactic, custom detail or property.

    Of what raises no alerts there is nothing to be said about them, which is one problem.
    """
    path: DocumentPath = (*test.path, "expect")
    kind = kind_of(detection)
    if not kind.raises_alerts and test.expect.is_about_alerts:
        message = f"a {kind.seat.what} raises no alerts"
        help_ = "expect rows and columns: rows: [] where nothing is found"
        return (Problem(NO_ALERTS, message, InDocument(path, "key"), help_),)
    problems = list(_unknown_names(detection, test.expect.every, path))
    for index, alert in enumerate(test.expect.each or ()):
        problems.extend(_unknown_names(detection, alert, (*path, "alerts", index)))
    return tuple(problems)


def _unknown_names(
    detection: Detection, expect: AlertExpectation, path: DocumentPath
) -> Iterator[Problem]:
    document = detection.document
    details = document.get("customDetails") or {}
    override = document.get("alertDetailsOverride") or {}
    properties = [
        member["alertProperty"] for member in override.get("alertDynamicProperties") or ()
    ]
    for kind in expect.entities or ():
        if kind not in entity_types():
            yield _unknown("entity type", kind, entity_types(), (*path, "entities", kind))
    for key in expect.custom_details or ():
        if key not in details:
            what = "custom detail of the detection"
            yield _unknown(what, key, details, (*path, "customDetails", key))
    for name in expect.dynamic_properties or ():
        if name not in properties:
            what = "dynamic property of the detection"
            yield _unknown(what, name, properties, (*path, "dynamicProperties", name))
    for index, tactic in enumerate(expect.tactics or ()):
        if tactic.replace(" ", "") not in tactic_names():
            yield _unknown("tactic", tactic, tactic_names(), (*path, "tactics", index))


def _unknown(what: str, name: str, known: Collection[str], path: DocumentPath) -> Problem:
    place = InDocument(path, "key" if path[-1] == name else "value")
    help_ = question(nearest(name, known))
    return Problem(UNKNOWN_NAME, f"{name} is no {what}", place, help_)
