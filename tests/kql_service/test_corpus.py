"""Published rules: no false error, few unknowns, and faults that are planted in them are found.

The rules are no part of this repository; where they are not beside the checkout, the tests skip.
`fixtures/corpus.yaml` says which rules have true errors, and why they are true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.kql.analysis import Analysis, DiagnosticKind
from generator.kql_service.service import KqlService
from tests.shared import COMMUNITY_RULES as CORPUS
from tests.shared import needs_shared

KNOWN = yaml.safe_load((Path(__file__).parent / "fixtures" / "corpus.yaml").read_text("utf-8"))
ERRORS = {
    DiagnosticKind.SYNTAX,
    DiagnosticKind.SEMANTIC,
    DiagnosticKind.UNKNOWN_COLUMN,
    DiagnosticKind.LIMIT,
}

pytestmark = needs_shared(CORPUS)


@pytest.fixture(scope="module")
def analysed(service: KqlService) -> dict[str, tuple[dict[str, Any], Analysis]]:
    rules = {
        path.stem: yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        for path in sorted(CORPUS.glob("*.yaml"))
    }
    analyses = service.analyze_many([rule["query"] for rule in rules.values()])
    return {
        name: (rule, analysis)
        for (name, rule), analysis in zip(rules.items(), analyses, strict=True)
    }


def mapped(rule: dict[str, Any]) -> set[str]:
    return {
        field["columnName"]
        for mapping in rule.get("entityMappings") or ()
        for field in mapping["fieldMappings"]
    }


def test_every_error_is_a_true_one(
    analysed: dict[str, tuple[dict[str, Any], Analysis]],
) -> None:
    found = {
        name: sorted(
            {item.name or item.message for item in analysis.diagnostics if item.kind in ERRORS}
        )
        for name, (_, analysis) in analysed.items()
    }
    expected = {entry["rule"]: entry["names"] for entry in KNOWN["true_errors"]}
    assert {name: names for name, names in found.items() if names} == expected


def test_tables_that_nobody_declared_are_the_known_ones(
    analysed: dict[str, tuple[dict[str, Any], Analysis]],
) -> None:
    found = {
        item.name
        for _, analysis in analysed.values()
        for item in analysis.diagnostics
        if item.kind in {DiagnosticKind.UNKNOWN_TABLE, DiagnosticKind.UNKNOWN_FUNCTION}
    }
    assert found == set(KNOWN["undeclared"])


def test_mapped_columns_are_there_in_published_rules(
    analysed: dict[str, tuple[dict[str, Any], Analysis]],
) -> None:
    missing = {
        name
        for name, (rule, analysis) in analysed.items()
        if any(analysis.has_column(column) is False for column in mapped(rule))
    }
    assert missing == set(KNOWN["missing_columns"])


def test_at_most_a_tenth_cannot_be_known(
    analysed: dict[str, tuple[dict[str, Any], Analysis]],
) -> None:
    with_mappings = [pair for pair in analysed.values() if mapped(pair[0])]
    unknown = [
        analysis.opened_by
        for rule, analysis in with_mappings
        if any(analysis.has_column(column) is None for column in mapped(rule))
    ]
    assert len(unknown) <= len(with_mappings) / 10
    assert all(opener is not None and opener.text for opener in unknown)


def faults(query: str, column: str) -> Iterator[tuple[str, str]]:
    yield "renamed", f"{query}\n| project-rename Renamed_1 = {column}"
    yield "projected away", f"{query}\n| project-away {column}"
    yield "lost in a summarize", f"{query}\n| summarize Number_1 = count()"
    yield "wrong case", f"{query}\n| project-rename {column.swapcase()} = {column}"
    yield (
        "only right of a leftanti",
        f"print Key_1 = 1\n| join kind=leftanti ({query}\n| extend Key_1 = 1) on Key_1",
    )


def test_planted_faults_are_found(
    service: KqlService, analysed: dict[str, tuple[dict[str, Any], Analysis]]
) -> None:
    planted: list[tuple[str, str, str, str]] = []
    for name, (rule, analysis) in list(analysed.items())[::6]:
        columns = sorted(c for c in mapped(rule) if analysis.has_column(c))
        query = re.sub(r"[\s;]+\Z", "", rule["query"])
        if not columns or analysis.opened_by or re.search(r"\blet\b|\brender\b|\A\s*//", query):
            continue
        planted.extend((name, fault, columns[0], text) for fault, text in faults(query, columns[0]))
    results = service.analyze_many([text for *_, text in planted])
    missed = [
        (name, fault, column)
        for (name, fault, column, _), analysis in zip(planted, results, strict=True)
        if analysis.has_column(column) is not False
    ]
    assert len({fault for _, fault, _, _ in planted}) == 5
    assert len(planted) >= 40
    assert missed == []
