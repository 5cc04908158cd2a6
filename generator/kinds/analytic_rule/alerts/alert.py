"""From the rows of a query to the alerts that Sentinel would raise, with all that they hold.

Trigger, event grouping, formats, dynamic severity and tactics, custom details. Entities are made in
`entities`. What Microsoft's pages do not say is listed in docs/testing.md.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from generator.kinds.alerts import Alert, Alerts, NamedRow
from generator.kinds.analytic_rule.alerts.entities import entities_of
from generator.kinds.analytic_rule.model import AnalyticRule, RuleKind, TriggerOperator
from generator.kql_evaluator.formats import to_text
from generator.kql_evaluator.table import Table
from generator.vocabulary.tactics import tactic_names

SCHEDULED_ALERTS = 150
"""Most alerts of one run with AlertPerResult; the last one summarises [doc: service limits]."""

NRT_ALERTS = 30
"""The same for NRT rules [doc: service limits]."""

TITLE_BYTES = 256
"""Longest alert name, in bytes of UTF-8 [doc: service limits]."""

DESCRIPTION_BYTES = 5 * 1024
"""Longest alert description, in bytes of UTF-8 [doc: service limits]."""

DETAIL_VALUES = 50
"""Most values of one custom detail [doc: service limits]."""

DETAIL_BYTES = 2 * 1024
"""Most bytes of all custom details of an alert, as JSON [doc: service limits]."""

SEVERITIES = ("High", "Medium", "Low", "Informational")

_PLACEHOLDER = re.compile(r"{{([^{}]*)}}")
_COMPARISONS: Mapping[TriggerOperator, Callable[[int, int], bool]] = {
    TriggerOperator.GREATER_THAN: operator.gt,
    TriggerOperator.LESS_THAN: operator.lt,
    TriggerOperator.EQUAL: operator.eq,
    TriggerOperator.NOT_EQUAL: operator.ne,
}


def raise_alerts(rule: AnalyticRule, result: Table) -> Alerts:
    """Return the alerts that a rule raises for the result of its query."""
    names = [column.name for column in result.columns]
    rows: list[NamedRow] = [dict(zip(names, row, strict=True)) for row in result.rows]
    if not _triggers(rule, len(rows)):
        return Alerts(())
    notes: list[str] = []
    if rule.event_aggregation == "AlertPerResult":
        groups = _one_per_result(rule, rows, notes)
    else:
        groups = [rows]
    alerts = tuple(_alert(rule, group, notes) for group in groups)
    if rule.sentinel_entities:
        notes.append("entities of sentinelEntitiesMappings are not computed")
    return Alerts(alerts, tuple(dict.fromkeys(notes)))


def _triggers(rule: AnalyticRule, count: int) -> bool:
    if rule.schedule is None:
        return count > 0
    compare = _COMPARISONS[rule.schedule.trigger_operator]
    return compare(count, rule.schedule.trigger_threshold)


def _one_per_result(
    rule: AnalyticRule, rows: list[NamedRow], notes: list[str]
) -> list[list[NamedRow]]:
    most = NRT_ALERTS if rule.kind is RuleKind.NRT else SCHEDULED_ALERTS
    if not rows:
        notes.append("AlertPerResult has no row to make an alert of, although the trigger holds")
    if len(rows) <= most:
        return [[row] for row in rows]
    notes.append(f"{len(rows)} rows: alert {most} summarises all of them")
    return [*([row] for row in rows[: most - 1]), list(rows)]


def _alert(rule: AnalyticRule, rows: Sequence[NamedRow], notes: list[str]) -> Alert:
    override = rule.alert_details_override
    first: NamedRow = rows[0] if rows else {}
    title_format = override.display_name_format if override else None
    description_format = override.description_format if override else None
    title = _filled(title_format, first, rule.display_name, "title", notes)
    description = _filled(description_format, first, rule.description or "", "description", notes)
    return Alert(
        title=_cut(title, TITLE_BYTES, "title", notes),
        description=_cut(description, DESCRIPTION_BYTES, "description", notes),
        severity=_severity(rule, first, notes),
        tactics=_tactics(rule, first, notes),
        entities=entities_of(rule, rows, notes),
        custom_details=_custom_details(rule, rows, notes),
        dynamic_properties={
            name: text
            for name, text in (
                (property_.alert_property, to_text(first.get(property_.column)))
                for property_ in (override.dynamic_properties if override else ())
            )
            if text
        },
        rows=tuple(rows),
    )


def _filled(format_: str | None, row: NamedRow, own: str, what: str, notes: list[str]) -> str:
    """Fill a format's placeholders; where a value is missing or empty, the rule's text stays."""
    if format_ is None:
        return own
    values = {name: to_text(row.get(name.strip())) for name in _PLACEHOLDER.findall(format_)}
    empty = [name for name, text in values.items() if not text]
    if empty:
        notes.append(f"{{{{{empty[0]}}}}} is empty: the alert has the rule's own {what}")
        return own
    return _PLACEHOLDER.sub(lambda match: values[match[1]], format_)


def _cut(text: str, most: int, what: str, notes: list[str]) -> str:
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= most:
        return text
    notes.append(f"the {what} is cut at {most:,} bytes")
    return data[:most].decode("utf-8", "ignore")


def _severity(rule: AnalyticRule, row: NamedRow, notes: list[str]) -> str:
    column = rule.alert_details_override and rule.alert_details_override.severity_column
    if not column:
        return rule.severity
    text = to_text(row.get(column))
    if text in SEVERITIES:
        return text
    notes.append(f"{column} is {text!r}, no severity: the alert has the rule's own")
    return rule.severity


def _tactics(rule: AnalyticRule, row: NamedRow, notes: list[str]) -> tuple[str, ...]:
    column = rule.alert_details_override and rule.alert_details_override.tactics_column
    if not column:
        return rule.tactics
    value = row.get(column)
    parts = value if isinstance(value, list) else _listed(to_text(value))
    named = [to_text(part).strip().replace(" ", "") for part in parts]
    known = tuple(dict.fromkeys(name for name in named if name in tactic_names()))
    if known:
        return known
    notes.append(f"{column} names no tactic: the alert has the rule's own")
    return rule.tactics


def _listed(text: str) -> list[Any]:
    """Read `["A", "B"]` or `A, B`."""
    if text.lstrip().startswith("["):
        try:
            items = json.loads(text)
        except (ValueError, RecursionError):
            return []
        return items if isinstance(items, list) else []
    return text.split(",")


def _custom_details(
    rule: AnalyticRule, rows: Iterable[NamedRow], notes: list[str]
) -> dict[str, tuple[str, ...]]:
    rows = list(rows)
    details: dict[str, tuple[str, ...]] = {}
    for detail in rule.custom_details:
        texts = dict.fromkeys(to_text(row.get(detail.column)) for row in rows)
        texts.pop("", None)
        if len(texts) > DETAIL_VALUES:
            notes.append(f"the custom detail {detail.key} keeps {DETAIL_VALUES} of its values")
        if not texts:
            continue
        values = tuple(texts)[:DETAIL_VALUES]
        written = json.dumps({**details, detail.key: values}, ensure_ascii=False)
        size = len(written.encode("utf-8", "surrogatepass"))
        if size > DETAIL_BYTES:
            notes.append(f"custom details are larger than {DETAIL_BYTES:,} bytes: no {detail.key}")
            continue
        details[detail.key] = values
    return details
