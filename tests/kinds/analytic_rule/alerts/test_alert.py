from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.kinds.analytic_rule.alerts.alert import raise_alerts
from generator.kinds.analytic_rule.model import (
    AlertDetailsOverride,
    CustomDetail,
    DynamicProperty,
    RuleKind,
    TriggerOperator,
)
from tests.detection_tests.rules import result, rule

COMPARISONS: dict[TriggerOperator, Callable[[int, int], bool]] = {
    TriggerOperator.GREATER_THAN: operator.gt,
    TriggerOperator.LESS_THAN: operator.lt,
    TriggerOperator.EQUAL: operator.eq,
    TriggerOperator.NOT_EQUAL: operator.ne,
}


def rows_of(number: int) -> Any:
    return result(*({"User": f"user{index}"} for index in range(number)))


@given(st.sampled_from(TriggerOperator), st.integers(0, 4), st.integers(0, 6))
def test_the_trigger_compares_the_number_of_rows_with_the_threshold(
    compare: TriggerOperator, threshold: int, number: int
) -> None:
    raised = raise_alerts(rule(operator=compare, threshold=threshold), rows_of(number)).alerts
    assert len(raised) == int(COMPARISONS[compare](number, threshold))


@pytest.mark.parametrize(
    ("kind", "number", "alerts"),
    [
        (RuleKind.SCHEDULED, 149, 149),
        (RuleKind.SCHEDULED, 150, 150),
        (RuleKind.SCHEDULED, 151, 150),
        (RuleKind.NRT, 30, 30),
        (RuleKind.NRT, 31, 30),
    ],
)
def test_an_alert_per_result_up_to_the_cap_where_the_last_one_summarises(
    kind: RuleKind, number: int, alerts: int
) -> None:
    raised = raise_alerts(rule(kind=kind, event_aggregation="AlertPerResult"), rows_of(number))
    assert len(raised.alerts) == alerts
    assert {len(alert.rows) for alert in raised.alerts[:-1]} == {1}
    assert len(raised.alerts[-1].rows) == (number if number > alerts else 1)
    assert bool(raised.notes) == (number > alerts)


def test_without_grouping_all_rows_are_one_alert() -> None:
    (alert,) = raise_alerts(rule(event_aggregation="SingleAlert"), rows_of(200)).alerts
    assert len(alert.rows) == 200


def test_formats_take_the_first_row() -> None:
    override = AlertDetailsOverride("{{User}} at { {{ Place }} }", "seen {{Count}} times")
    rows = result(
        {"User": "ana", "Place": "HQ", "Count": 2}, {"User": "ben", "Place": "", "Count": 3}
    )
    (alert,) = raise_alerts(rule(alert_details_override=override), rows).alerts
    assert (alert.title, alert.description) == ("ana at { HQ }", "seen 2 times")


@pytest.mark.parametrize("row", [{"User": ""}, {"User": None}, {"Other": "ana"}])
def test_a_missing_value_leaves_the_rules_own_texts(row: dict[str, Any]) -> None:
    override = AlertDetailsOverride("{{User}} did it", "done by {{User}}")
    raised = raise_alerts(rule(alert_details_override=override), result(row))
    (alert,) = raised.alerts
    assert alert.title == "The rule's own name"
    assert alert.description == "The rule's own description"
    assert len(raised.notes) == 2


@given(st.text(min_size=1, max_size=400))
def test_titles_hold_256_bytes_of_whole_characters(text: str) -> None:
    override = AlertDetailsOverride("{{Text}}")
    (alert,) = raise_alerts(rule(alert_details_override=override), result({"Text": text})).alerts
    assert len(alert.title.encode("utf-8", "surrogatepass")) <= 256
    assert text.startswith(alert.title)


@pytest.mark.parametrize(
    ("value", "severity"),
    [("High", "High"), ("Informational", "Informational"), ("high", "Medium"), (None, "Medium")],
)
def test_a_severity_that_is_none_leaves_the_rules_own(value: Any, severity: str) -> None:
    override = AlertDetailsOverride(severity_column="Level")
    raised = raise_alerts(rule(alert_details_override=override), result({"Level": value}))
    assert raised.alerts[0].severity == severity
    assert bool(raised.notes) == (severity == "Medium")


@pytest.mark.parametrize(
    ("value", "tactics"),
    [
        ("Impact", ("Impact",)),
        ("Lateral Movement, Impact", ("LateralMovement", "Impact")),
        ('["Impact", "Nonsense"]', ("Impact",)),
        (["Impact", "Execution"], ("Impact", "Execution")),
        ("Nonsense", ("Persistence",)),
        ("", ("Persistence",)),
    ],
)
def test_tactics_of_a_column_replace_the_rules_own(value: Any, tactics: tuple[str, ...]) -> None:
    override = AlertDetailsOverride(tactics_column="Tactics")
    raised = raise_alerts(rule(alert_details_override=override), result({"Tactics": value}))
    assert raised.alerts[0].tactics == tactics


def test_dynamic_properties_take_the_first_row_and_leave_out_empty_ones() -> None:
    override = AlertDetailsOverride(
        dynamic_properties=(DynamicProperty("AlertLink", "Link"), DynamicProperty("Name", "Empty"))
    )
    rows = result({"Link": "https://example.com/1", "Empty": ""})
    (alert,) = raise_alerts(rule(alert_details_override=override), rows).alerts
    assert alert.dynamic_properties == {"AlertLink": "https://example.com/1"}


def test_custom_details_hold_distinct_values_up_to_fifty() -> None:
    details = (CustomDetail("Users", "User"), CustomDetail("Kind", "Kind"))
    rows = result(*({"User": f"u{index}", "Kind": "a"} for index in range(60)))
    raised = raise_alerts(rule(custom_details=details), rows)
    (alert,) = raised.alerts
    assert alert.custom_details["Kind"] == ("a",)
    assert len(alert.custom_details["Users"]) == 50
    assert raised.notes


def test_custom_details_may_hold_what_no_text_file_can() -> None:
    details = (CustomDetail("Half", "Half"),)
    raised = raise_alerts(rule(custom_details=details), result({"Half": "a\ud800"}))
    assert raised.alerts[0].custom_details == {"Half": ("a\ud800",)}


def test_custom_details_that_are_too_large_are_left_out_with_a_note() -> None:
    details = (CustomDetail("Small", "Small"), CustomDetail("Large", "Large"))
    raised = raise_alerts(rule(custom_details=details), result({"Small": 1, "Large": "x" * 3000}))
    assert raised.alerts[0].custom_details == {"Small": ("1",)}
    assert raised.notes
