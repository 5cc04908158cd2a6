from __future__ import annotations

from datetime import date

import pytest

from generator.checks.engine import check_catalog
from generator.findings import Finding
from tests.checks.detections import FAULTLESS, TODAY, catalog, detection, staged

LATE = FAULTLESS.replace("queryPeriod: 3h", "queryPeriod: 1h")
"""Gives SG115."""


def findings(text: str, today: date = TODAY, **options: object) -> list[Finding]:
    one = detection(text)
    return list(check_catalog(catalog(one), [staged(one)], today=today, **options))  # type: ignore[arg-type]


def waiver(check: str = "SG115", reason: str = "no late events here", until: str = "") -> str:
    entry = f"waivers:\n  - check: {check}\n    reason: {reason}\n"
    return entry + (f"    until: '{until}'\n" if until else "")


def codes(found: list[Finding]) -> list[str]:
    return [finding.code for finding in found]


def test_waiver_removes_the_finding_of_its_detection() -> None:
    assert codes(findings(LATE)) == ["SG115"]
    assert findings(LATE + waiver()) == []


def test_waiver_of_one_check_leaves_the_others() -> None:
    text = LATE.replace("version: 1.0.0\n", "") + waiver()
    assert codes(findings(text)) == ["SG210"]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 3, 30), []),
        (date(2026, 3, 31), []),
        (date(2026, 4, 1), ["SG115", "SG280"]),
    ],
)
def test_waiver_holds_through_its_last_day(today: date, expected: list[str]) -> None:
    assert codes(findings(LATE + waiver(until="2026-03-31"), today)) == expected


@pytest.mark.parametrize("until", ["2026-02-30", "31.01.2026", "20260131", "soon", "2026-W05-6"])
def test_waiver_with_a_malformed_date_waives_nothing(until: str) -> None:
    assert codes(findings(LATE + waiver(until=until))) == ["SG115", "SG285"]


def test_waiver_without_a_reason_waives_nothing() -> None:
    assert codes(findings(LATE + waiver(reason="'   '"))) == ["SG115", "SG284"]


def test_waiver_of_an_unknown_check_says_which_one_is_near() -> None:
    late, unknown = findings(LATE + waiver("SG15"))
    assert late.code == "SG115"
    assert unknown.code == "SG282"
    assert "did you mean" in unknown.message


def test_check_that_must_hold_cannot_be_waived() -> None:
    assert codes(findings(FAULTLESS + waiver("SG284"))) == ["SG283"]


def test_waiver_of_what_is_not_found_is_noted_at_the_waiver() -> None:
    (finding,) = findings(FAULTLESS + waiver())
    assert (finding.code, finding.severity.value) == ("SG281", "note")
    assert finding.line == FAULTLESS.count("\n") + 2


def test_waiver_of_a_check_that_did_not_run_is_not_called_idle() -> None:
    assert findings(FAULTLESS + waiver("SG502")) == []
    assert codes(findings(FAULTLESS + waiver("SG502"), looked_for={"SG5"})) == ["SG281"]


def test_waiver_never_reaches_the_findings_about_waivers() -> None:
    text = LATE + waiver(until="2020-01-01") + "  - check: SG280\n    reason: I know\n"
    assert codes(findings(text)) == ["SG115", "SG280", "SG281"]
