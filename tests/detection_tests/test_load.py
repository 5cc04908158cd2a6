from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from generator.detection_tests.load import DEFAULT_NOW, load_suite, load_suites, suite_schema_text
from generator.detection_tests.suite import TestSuite
from generator.text.source_text import SourceText


def problems_of(text: str) -> list[tuple[str, str]]:
    _, problems = load_suite(SourceText("a.tests.yaml", text), "area/a")
    return [(problem.code, problem.message) for problem in problems]


def suite_of(text: str) -> TestSuite:
    suite, problems = load_suite(SourceText("a.tests.yaml", text), "area/a")
    assert not problems
    assert suite is not None
    return suite


def test_the_schema_is_a_schema_whose_keys_are_all_described() -> None:
    schema = json.loads(suite_schema_text())
    Draft202012Validator.check_schema(schema)
    for name in ("test", "expect", "alert"):
        for key, member in schema["$defs"][name]["properties"].items():
            described = (
                schema["$defs"][member["$ref"].rpartition("/")[2]] if "$ref" in member else member
            )
            assert described.get("description"), key


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tests: [{name: a, expct: {alerts: 1}}]", "SG020"),
        ("tests: [{name: a, expect: {alert: 1}}]", "SG020"),
        ("tests: [{expect: {alerts: 1}}]", "SG021"),
        ("tests: [{name: a, expect: {alerts: '1'}}]", "SG022"),
        ("tests: [{name: a, expect: {alerts: -1}}]", "SG023"),
        ("tests: [{name: a, expect: {severity: high}}]", "SG023"),
        ("tests: [{name: a, now: yesterday, expect: {alerts: 1}}]", "SG024"),
        ("tests: [{name: a, tables: {T: {path: x}}, expect: {alerts: 1}}]", "SG020"),
        ("tests: [{name: a, expect: {alerts: 1}, name: b}]", "SG011"),
        ("tests: [{name: a, watchlists: {Vip: [], VIP: []}, expect: {alerts: 0}}]", "SG011"),
        ("tests: [{name: a, <<: {now: a}, <<: {skip: b}, expect: {alerts: 0}}]", "SG011"),
        ("tests: [{name: ' ', expect: {alerts: 1}}]", "SG024"),
        ("tests: [{name: a, skip: '', expect: {alerts: 1}}]", "SG024"),
        ("", "SG008"),
    ],
)
def test_a_departure_from_the_format_is_an_error(text: str, code: str) -> None:
    assert code in [found for found, _ in problems_of(text)]


def test_an_error_in_one_test_leaves_the_others() -> None:
    text = (
        "tests:\n"
        "  - {name: a, expect: {alerts: 0}}\n"
        "  - {name: b, tables: {T: [{A: 1}], U: 5}, expect: {alerts: 1, titel: X}}\n"
        "  - {name: c, now: 2026-02-30T00:00:00Z, expect: {alerts: 1}}\n"
        "  - {name: d, expect: {alerts: 1, alerts: 2}}\n"
        "  - {expect: {alerts: 1}}\n"
        "  - 5\n"
        "  - {name: e, expect: {alerts: 1}}\n"
    )
    suite, problems = load_suite(SourceText("a.tests.yaml", text), "area/a")
    assert suite is not None
    assert [test.name for test in suite.tests] == ["a", "e"]
    assert not suite.is_whole
    faulty = {test.name: test for test in suite.faulty}
    assert list(faulty) == ["b", "c", "d", ""]
    assert list(faulty["b"].tables) == ["T"]
    assert faulty["b"].expect.alert_count == 1
    assert faulty["d"].expect.is_empty
    codes = sorted(problem.code for problem in problems)
    assert codes == ["SG011", "SG020", "SG021", "SG022", "SG022", "SG605"]


def test_a_misspelled_key_is_answered_with_the_right_one() -> None:
    ((_, message),) = problems_of("tests: [{name: a, watchlist: {}, expect: {alerts: 1}}]")
    assert "did you mean 'watchlists'" in message


def test_a_test_that_does_not_say_when_it_runs_has_a_fixed_time() -> None:
    (test,) = suite_of("tests: [{name: a, expect: {alerts: 0}}]").tests
    assert test.now == DEFAULT_NOW


def test_a_test_with_nothing_but_rows_neither_alerts_nor_keeps_quiet() -> None:
    (test,) = suite_of("tests: [{name: a, expect: {rows: [{A: 1}]}}]").tests
    assert not test.expect.expects_alerts
    assert test.expect.number_of_alerts is None


def test_tests_files_lie_where_detections_lie(tmp_path: Path) -> None:
    for file in ("area/a", "_templates/b", "c", "area/_drafts/d", "area/deeper/e"):
        path = tmp_path / "detections" / f"{file}.tests.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("tests: [{name: a, expect: {alerts: 0}}]\n", "utf-8")
    loaded = load_suites(tmp_path)
    assert [suite.slug for suite in loaded.suites] == ["area/a", "area/deeper/e"]
    assert {entry.problem.code for entry in loaded.problems} == {"SG602"}


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "content" / "detections" / "area"
    folder.mkdir(parents=True)
    secret = tmp_path / "secret.yaml"
    secret.write_text("tests: []\n", "utf-8")
    (folder / "a.tests.yaml").symlink_to(secret)
    loaded = load_suites(tmp_path / "content")
    assert not loaded.suites
    assert [entry.problem.code for entry in loaded.problems] == ["SG002"]
