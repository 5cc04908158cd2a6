"""One case per kind of diagnostic and per trap, from `fixtures/diagnostics.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.kql_service.service import LONGEST_QUERY, KqlService

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "fixtures" / "diagnostics.yaml").read_text("utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_diagnostics_are_the_expected_ones(service: KqlService, case: dict[str, Any]) -> None:
    query = case["query"]
    found = [
        {
            "code": item.code,
            "kind": item.kind.value,
            "at": query[item.start : item.end],
            **({"suggestion": item.suggestion} if item.suggestion else {}),
        }
        for item in service.analyze(query).diagnostics
    ]
    assert found == case["diagnostics"]


def test_a_query_too_long_to_analyse_says_so_and_knows_nothing(service: KqlService) -> None:
    analysis = service.analyze("SigninLogs // " + "x" * LONGEST_QUERY)
    assert [item.kind.value for item in analysis.diagnostics] == ["limit"]
    assert analysis.has_column("UserId") is None


@pytest.mark.parametrize("piece", ["(", "not(", "[", "{", "T | union (", "f(x, ["])
def test_deep_nesting_ends_in_a_diagnostic(service: KqlService, piece: str) -> None:
    analysis = service.analyze("SigninLogs | where " + piece * (LONGEST_QUERY // len(piece) - 30))
    assert [item.kind.value for item in analysis.diagnostics] == ["limit"]


@pytest.mark.parametrize("piece", ["a.", "- ", "1 + ", "a or ", "| where x "])
def test_deep_syntax_without_brackets_ends_in_a_diagnostic(service: KqlService, piece: str) -> None:
    assert service.analyze("SigninLogs | where " + piece * 600).diagnostics


def test_brackets_in_strings_and_comments_do_not_nest(service: KqlService) -> None:
    query = "SigninLogs // " + "(" * 500 + '\n| where UserId has "' + "[" * 500 + '"'
    assert service.analyze(query).diagnostics == ()


def test_the_same_query_gives_the_same_answer_after_others(service: KqlService) -> None:
    query = "union Device* | where DeviceName has 'x' | project DeviceName, TimeGenerated"
    first = service.analyze(query)
    service.analyze("SigninLogs | join AuditLogs on CorrelationId")
    assert service.analyze(query) == first


def test_many_queries_are_answered_in_their_order(service: KqlService) -> None:
    queries = [
        "SigninLogs | project UserId",
        "AuditLogs | project Id",
        "SigninLogs | project UserId",
    ]
    names = [[c.name for c in a.columns or ()] for a in service.analyze_many(queries)]
    assert names == [["UserId"], ["Id"], ["UserId"]]
