"""Results as JSON for other tools: an object a test, and the totals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from generator.detection_tests.json_values import json_value
from generator.detection_tests.results import TestResult, Verdict, count
from generator.findings import InFile
from generator.kinds.alerts import Alert


def format_json(results: Sequence[TestResult]) -> str:
    """Write all results as one JSON document."""
    document = {
        "tests": [_test(result) for result in results],
        "summary": {
            "tests": len(results),
            **{verdict.value: count(results, verdict) for verdict in Verdict},
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _test(result: TestResult) -> dict[str, Any]:
    return {
        "detection": result.slug,
        "name": result.test.name,
        "outcome": result.verdict.value,
        **_place(result.place),
        "reason": result.test.skip,
        "errors": [
            {"message": fault.message, **_place(fault.place), "help": fault.help}
            for fault in result.faults
        ],
        "mismatches": [
            {"subject": item.subject, "expected": item.expected, "actual": item.actual}
            for item in result.mismatches
        ],
        "notes": list(result.notes),
        "steps": [
            {
                "text": step.text,
                **_place(step.place),
                "rows": step.rows,
                "droppedAll": step.dropped_all,
            }
            for step in result.steps
        ],
        "alerts": [_alert(alert) for alert in result.alerts],
        "rows": None if result.result is None else len(result.result.rows),
    }


def _alert(alert: Alert) -> dict[str, Any]:
    entities: dict[str, list[dict[str, str]]] = {}
    for entity in alert.entities:
        entities.setdefault(entity.type, []).append(dict(entity.identifiers))
    return {
        "title": alert.title,
        "description": alert.description,
        "severity": alert.severity,
        "tactics": list(alert.tactics),
        "entities": entities,
        "customDetails": {key: list(values) for key, values in alert.custom_details.items()},
        "dynamicProperties": dict(alert.dynamic_properties),
        "rows": [{name: json_value(value) for name, value in row.items()} for row in alert.rows],
    }


def _place(place: InFile) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.column}
