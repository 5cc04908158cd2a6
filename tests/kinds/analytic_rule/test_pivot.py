"""What a detection says arrives in the rule, in the request and in every artifact, and as itself.

Three writings of the same thing hold each other: the detection's document, the rule and the body.
The oracles, `detection_reader` and `body_reader`, share nothing with the code that they judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given

from generator.catalog.configuration import Configuration
from generator.catalog.detection import Detection
from generator.catalog.load import load_catalog, load_text
from generator.compile import compile_catalog
from generator.kinds import seats
from generator.kinds.analytic_rule import api_versions
from generator.kinds.analytic_rule.assemble import assemble
from generator.kinds.analytic_rule.body import request_body
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kinds.analytic_rule.seat import SEAT
from generator.text.source_text import SourceText
from tests.artifacts.rules import hostile_rules
from tests.kinds.analytic_rule.body_reader import api_version_of, read_rule, without_empty
from tests.kinds.analytic_rule.detection_reader import read_document
from tests.kinds.analytic_rule.documents import QUERY, detection_of, distinct_documents
from tests.kinds.analytic_rule.oracle import departures
from tests.shared import COMMUNITY_RULES, needs_shared

REPOSITORY = Path(__file__).parents[3]
FIXTURES = sorted(
    path
    for path in (REPOSITORY / "tests").rglob("fixtures/**/detections/**/*.yaml")
    if not path.name.endswith(".tests.yaml") and "_" not in path.parent.name[:1]
)


def assert_arrives(document: dict[str, Any], rule: AnalyticRule) -> None:
    held = without_empty(rule)
    assert departures(document, held, request_body(rule)) == []
    assert api_versions.api_version_of(request_body(rule)) == api_version_of(rule)


@given(distinct_documents())
def test_every_member_of_a_detection_arrives_where_it_belongs(document: dict[str, Any]) -> None:
    rule = assemble(detection_of(document), QUERY)
    assert departures(document, rule, request_body(rule), QUERY) == []
    assert api_versions.api_version_of(request_body(rule)) == api_version_of(rule)


@given(hostile_rules())
def test_any_rule_can_be_read_from_its_request(rule: AnalyticRule) -> None:
    body = request_body(rule)
    assert read_rule(rule.id, body["kind"], body["properties"]) == without_empty(rule)


def test_every_detection_of_this_repository_arrives() -> None:
    catalog = load_catalog(REPOSITORY, Configuration(), seats())
    compilation = compile_catalog(catalog, today=date(2026, 1, 1))
    rules = [(staged.detection, staged.model) for staged, _ in compilation.queries()]
    for detection, rule in rules:
        assert_arrives(read_document(detection.source.text), rule)
    assert len(rules) == len(catalog.detections) > 0


def loaded(paths: list[Path]) -> Iterator[Detection]:
    for path in paths:
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            continue
        if (
            read := load_text(SourceText(path.name, text), "area/slug", SEAT).detection
        ) is not None:
            yield read


def test_every_fixture_that_is_a_detection_arrives() -> None:
    detections = list(loaded(FIXTURES))
    for detection in detections:
        document = read_document(detection.source.text)
        assert_arrives(document, assemble(detection, document.get("query", QUERY)))
    assert len(detections) > 300


@needs_shared(COMMUNITY_RULES)
def test_every_community_rule_that_loads_arrives() -> None:
    detections = list(loaded(sorted(COMMUNITY_RULES.glob("*.yaml"))))
    for detection in detections:
        document = read_document(detection.source.text)
        assert_arrives(document, assemble(detection, document["query"]))
    assert len(detections) > 150
