"""What a test expects against what came: each difference with both sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from generator.detection_tests.matching import row_matches, unmatched, value_matches
from generator.detection_tests.suite import AlertExpectation, Expectation
from generator.kinds.alerts import Alert, NamedRow
from generator.kql_evaluator.formats import json_text, to_text
from generator.kql_evaluator.table import Table


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference. `subject` says of what; both sides are texts to put side by side."""

    subject: str
    expected: str
    actual: str


def mismatches(
    expect: Expectation, result: Table, alerts: Sequence[Alert], now: datetime
) -> tuple[Mismatch, ...]:
    """Return every difference between the expectation and what came of the events."""
    return tuple(_mismatches(expect, result, alerts, now))


def _mismatches(
    expect: Expectation, result: Table, alerts: Sequence[Alert], now: datetime
) -> Iterator[Mismatch]:
    number = expect.number_of_alerts
    if number is not None and number != len(alerts):
        yield Mismatch("alerts", str(number), str(len(alerts)))
    names = tuple(column.name for column in result.columns)
    if expect.columns is not None and expect.columns != names:
        yield Mismatch("columns", ", ".join(expect.columns), ", ".join(names))
    if expect.rows is not None:
        rows = [dict(zip(names, row, strict=True)) for row in result.rows]
        yield from _rows("rows", expect.rows, rows, now)
    if not expect.every.is_empty:
        if not alerts and number is None:
            yield Mismatch("alerts", "at least one", "0")
        for index, alert in enumerate(alerts):
            subject = f"alert {index + 1}" if len(alerts) > 1 else "the alert"
            yield from _alert(subject, expect.every, alert, now)
    if expect.each is not None:
        yield from _each(expect.each, alerts, now)


def _each(
    expected: Sequence[AlertExpectation], alerts: Sequence[Alert], now: datetime
) -> Iterator[Mismatch]:
    missing = unmatched(
        expected, alerts, lambda wanted, alert: not any(_alert("", wanted, alert, now))
    )
    for index in missing:
        wanted = expected[index]
        if not alerts:
            yield Mismatch(f"expected alert {index + 1}", _described(wanted), "no alert")
            continue
        nearest = min(alerts, key=lambda alert: sum(1 for _ in _alert("", wanted, alert, now)))
        differences = list(_alert(f"expected alert {index + 1}", wanted, nearest, now))
        if differences:
            yield from differences
        else:
            yield Mismatch(
                f"expected alert {index + 1}", _described(wanted), "the only such alert is taken"
            )


def _described(wanted: AlertExpectation) -> str:
    parts = {
        "title": wanted.title,
        "severity": wanted.severity,
        "rows": wanted.rows and [dict(row) for row in wanted.rows],
    }
    told = [f"{name}: {_shown(value)}" for name, value in parts.items() if value]
    return ", ".join(told) or "an alert"


def _alert(
    subject: str, wanted: AlertExpectation, alert: Alert, now: datetime
) -> Iterator[Mismatch]:
    for name, expected, actual in (
        ("title", wanted.title, alert.title),
        ("description", wanted.description, alert.description),
        ("severity", wanted.severity, alert.severity),
    ):
        # Block scalars of YAML end with a line break that nobody means.
        if expected is not None and expected.rstrip("\n") != actual.rstrip("\n"):
            yield Mismatch(f"{subject}: {name}", expected, actual)
    if wanted.tactics is not None:
        named = {tactic.replace(" ", "") for tactic in wanted.tactics}
        if named != set(alert.tactics):
            yield Mismatch(
                f"{subject}: tactics", ", ".join(wanted.tactics), ", ".join(alert.tactics)
            )
    yield from _entities(subject, wanted.entities or {}, alert, now)
    for key, value in (wanted.custom_details or {}).items():
        actual_values = alert.custom_details.get(key, ())
        if not _detail_matches(value, actual_values):
            yield Mismatch(f"{subject}: customDetails.{key}", _shown(value), _listed(actual_values))
    for key, value in (wanted.dynamic_properties or {}).items():
        text = alert.dynamic_properties.get(key, "")
        if not value_matches(value, text, now) and _text(value) != text:
            yield Mismatch(f"{subject}: dynamicProperties.{key}", _shown(value), text or "nothing")
    if wanted.rows is not None:
        yield from _rows(f"{subject}: rows", wanted.rows, alert.rows, now)


def _entities(
    subject: str,
    wanted: Mapping[str, Sequence[Mapping[str, Any]]],
    alert: Alert,
    now: datetime,
) -> Iterator[Mismatch]:
    for kind, expected in wanted.items():
        actual = [dict(entity.identifiers) for entity in alert.entities if entity.type == kind]
        expected_texts = [
            {name: value if value is None else _text(value) for name, value in identifiers.items()}
            for identifiers in expected
        ]
        yield from _rows(f"{subject}: entities {kind}", expected_texts, actual, now)


def _detail_matches(expected: Any, actual: Sequence[str]) -> bool:
    """One value must be among those of the key; of a list each, unless it is one value itself."""
    if isinstance(expected, list):
        if not expected:
            return not actual or actual == ("[]",)
        return all(_text(item) in actual for item in expected) or _text(expected) in actual
    return (expected is None and not actual) or _text(expected) in actual


def _rows(
    subject: str,
    expected: Sequence[Mapping[str, Any]],
    actual: Sequence[NamedRow],
    now: datetime,
) -> Iterator[Mismatch]:
    if not expected and actual:
        yield Mismatch(subject, "none", _table(actual))
        return
    missing = unmatched(expected, actual, lambda wanted, row: row_matches(wanted, row, now))
    for index in missing:
        wanted = expected[index]
        shown = [{key: row[key] for key in wanted if key in row} for row in actual]
        unknown = [key for key in wanted if actual and all(key not in row for row in actual)]
        seen = _table(shown)
        if unknown:
            seen += f"\n(there is no {', '.join(unknown)})"
        yield Mismatch(subject, _shown(wanted), seen)


_MOST_ROWS = 5


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "none"
    lines = [_shown(row) for row in rows[:_MOST_ROWS]]
    if len(rows) > _MOST_ROWS:
        lines.append(f"… and {len(rows) - _MOST_ROWS} more")
    return "\n".join(lines)


def _text(value: Any) -> str:
    """Return a YAML value as the evaluator would write a value of its kind."""
    return "" if value is None else to_text(value)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(values) or "nothing"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key}: {_shown(item)}" for key, item in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_shown(item) for item in value)}]"
    if value is None:
        return "null"
    if isinstance(value, str):
        return value or "''"
    return json_text(value) if isinstance(value, bool) else to_text(value)
