from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

from generator.detection_tests.formatters.junit import format_junit
from generator.detection_tests.formatters.results_json import format_json
from generator.detection_tests.formatters.text import format_text
from generator.detection_tests.results import TestResult, Verdict
from tests.detection_tests.content import results_of


def all_results() -> list[TestResult]:
    slugs = ("sign-ins/by-privileged-users", "sign-ins/failing", "sign-ins/unsupported")
    return [result for slug in slugs for result in results_of(slug).values()]


def test_junit_has_one_testcase_per_test_with_its_outcome() -> None:
    results = all_results()
    root = ET.fromstring(format_junit(results))  # noqa: S314 - our own output
    cases = root.findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == [result.test.name for result in results]
    for case, result in zip(cases, results, strict=True):
        children = [child.tag for child in case]
        if result.verdict is Verdict.PASSED:
            assert children == []
        elif result.verdict is Verdict.SKIPPED:
            assert children == ["skipped"]
        else:
            assert children == ["error" if result.faults else "failure"]
    assert root.get("tests") == str(len(results))
    failed = sum(result.verdict is Verdict.FAILED for result in results)
    assert int(root.get("failures") or 0) + int(root.get("errors") or 0) == failed


def test_text_that_xml_cannot_hold_still_gives_xml() -> None:
    first = all_results()[0]
    hostile = replace(first, test=replace(first.test, name="\x1b[31m\x00 <&> \ud800"))
    root = ET.fromstring(format_junit([hostile]))  # noqa: S314 - our own output
    assert root.find("testsuite/testcase") is not None
    assert "\x1b" not in format_text([hostile])


def test_json_tells_what_text_tells() -> None:
    results = all_results()
    document = json.loads(format_json(results))
    assert document["summary"]["tests"] == len(results)
    assert document["summary"]["skipped"] == 1
    failing = next(one for one in document["tests"] if one["name"] == "wrong entity")
    assert failing["mismatches"][0]["expected"] == "{FullName: ben@contoso.example}"
    assert failing["alerts"][0]["entities"] == {"Account": [{"FullName": "ana@contoso.example"}]}


def test_text_shows_expected_and_actual_side_by_side() -> None:
    text = format_text(list(results_of("sign-ins/failing").values()))
    assert "{FullName: ben@contoso.example}            │ {FullName: ana@contoso.example}" in text
    assert text.endswith("--explain shows how many rows each step of the query let through\n")
