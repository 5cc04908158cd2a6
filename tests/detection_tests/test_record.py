from __future__ import annotations

import yaml

from generator.detection_tests.expectation import mismatches
from generator.detection_tests.load import load_suite
from generator.detection_tests.record import skeletons
from generator.text.source_text import SourceText
from tests.detection_tests.content import results_of


def test_a_recorded_expectation_holds_for_what_it_was_recorded_from() -> None:
    for slug in ("sign-ins/by-privileged-users", "sign-ins/failing"):
        computed = [item for item in results_of(slug).values() if item.result is not None]
        recorded = yaml.safe_load(skeletons(computed))
        text = yaml.safe_dump({"tests": recorded})
        suite, problems = load_suite(SourceText("a.tests.yaml", text), slug)
        assert not problems
        assert suite is not None
        assert len(suite.tests) == len(computed) > 2
        for test, item in zip(suite.tests, computed, strict=True):
            assert item.result is not None
            assert test.name == item.test.name
            assert not mismatches(test.expect, item.result, item.alerts, item.test.now)
