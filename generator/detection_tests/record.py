"""Expectations written from what happened, for the author of a test to read, cut down and keep.

A recorded expectation says what the rule does, not what it should do: so it is printed and never
written into a tests file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from generator.detection_tests.json_values import json_value
from generator.detection_tests.results import TestResult
from generator.kinds.alerts import Alert, NamedRow

MOST_ROWS = 5
"""Rows and alerts of a test that are written out; a person would not read more."""


def skeletons(results: Sequence[TestResult]) -> str:
    """Return YAML with the name and the expectation of each test that was computed."""
    documents = []
    for result in results:
        if result.result is not None:
            heading = f"# {result.place.file}\n"
            tests = [{"name": result.test.name, "expect": _expectation(result)}]
            text = yaml.safe_dump(
                tests, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None
            )
            documents.append((heading, text))
    lines: list[str] = []
    last = ""
    for heading, text in documents:
        lines.append(text if heading == last else heading + text)
        last = heading
    return "".join(lines)


def _expectation(result: TestResult) -> dict[str, Any]:
    expect: dict[str, Any] = {"alerts": len(result.alerts)} if result.raises_alerts else {}
    if len(result.alerts) == 1:
        expect.update(_alert(result.alerts[0]))
    elif 1 < len(result.alerts) <= MOST_ROWS:
        expect["alerts"] = [_alert(alert) for alert in result.alerts]
    table = result.result
    if table is not None and not table.rows and not result.raises_alerts:
        expect["rows"] = []
    elif table is not None and table.rows:
        names = [column.name for column in table.columns]
        rows = [dict(zip(names, row, strict=True)) for row in table.rows[:MOST_ROWS]]
        expect["rows"] = [_row(row) for row in rows]
    return expect


def _alert(alert: Alert) -> dict[str, Any]:
    entities: dict[str, list[dict[str, str]]] = {}
    for entity in alert.entities:
        entities.setdefault(entity.type, []).append(dict(entity.identifiers))
    details: Mapping[str, Any] = {key: list(values) for key, values in alert.custom_details.items()}
    written = {
        "title": alert.title,
        "severity": alert.severity,
        "tactics": list(alert.tactics),
        "entities": entities,
        "customDetails": details,
        "dynamicProperties": dict(alert.dynamic_properties),
    }
    return {key: value for key, value in written.items() if value}


def _row(row: NamedRow) -> dict[str, Any]:
    return {name: json_value(value) for name, value in row.items() if value not in (None, "")}
