"""Results as JUnit XML, which CI systems read: a suite a detection, a case a test."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from generator.detection_tests.results import TestResult, Verdict, count
from generator.text.safe_text import visible


def format_junit(results: Sequence[TestResult]) -> str:
    """Write all results as one XML document with one testcase per test."""
    root = ET.Element("testsuites", {"name": "sentinelgen", **_totals(results)})
    for slug, group in groupby(results, key=lambda result: result.slug):
        members = list(group)
        suite = ET.SubElement(root, "testsuite", {"name": visible(slug), **_totals(members)})
        for result in members:
            _case(suite, result)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _totals(results: Sequence[TestResult]) -> dict[str, str]:
    errors = sum(1 for result in results if result.faults)
    return {
        "tests": str(len(results)),
        "failures": str(count(results, Verdict.FAILED) - errors),
        "errors": str(errors),
        "skipped": str(count(results, Verdict.SKIPPED)),
        "time": f"{sum(result.seconds for result in results):.3f}",
    }


def _case(suite: ET.Element, result: TestResult) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": visible(result.slug),
            "name": visible(result.test.name),
            "file": visible(result.place.file),
            "line": str(result.place.line),
            "time": f"{result.seconds:.3f}",
        },
    )
    if result.verdict is Verdict.SKIPPED:
        ET.SubElement(case, "skipped", {"message": visible(result.test.skip or "")})
    elif result.faults:
        lines = [
            f"{fault.place.file}:{fault.place.line}:{fault.place.column}: {fault.message}"
            for fault in result.faults
        ]
        _add(case, "error", result.faults[0].message, lines)
    elif result.mismatches:
        lines = [
            f"{item.subject}\n  expected: {item.expected}\n  actual:   {item.actual}"
            for item in result.mismatches
        ]
        _add(case, "failure", f"{result.mismatches[0].subject} differ", lines)


def _add(case: ET.Element, tag: str, message: str, lines: Sequence[str]) -> None:
    # XML cannot hold most control characters at all, whether escaped or not.
    element = ET.SubElement(case, tag, {"message": visible(message)})
    element.text = "\n".join(visible(part) for line in lines for part in line.split("\n"))
