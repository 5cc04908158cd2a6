"""Checks can read what is usable of a faulty rule; nothing else takes it for a rule."""

from __future__ import annotations

import pytest

from generator.catalog.partial import UnusablePartError
from generator.kinds.analytic_rule.model import AnalyticRule
from generator.kinds.analytic_rule.query import PARTIAL_RULES
from tests.catalog.test_partial import FAULTY, partial_of


def test_members_that_depend_on_what_is_not_usable_raise_and_others_do_not() -> None:
    rule = PARTIAL_RULES.partial(partial_of(FAULTY).without(), "SigninLogs", None).for_checks()
    assert rule.query == "SigninLogs"
    assert rule.schedule is not None
    assert rule.schedule.frequency.total_seconds() == 3600
    assert rule.custom_details[1].column == "City"
    assert rule.custom_details[0].key == "Country"
    with pytest.raises(UnusablePartError):
        _ = rule.schedule.period
    with pytest.raises(UnusablePartError):
        _ = rule.custom_details[0].column
    with pytest.raises(UnusablePartError):
        _ = rule.entity_mappings
    with pytest.raises(UnusablePartError):
        _ = "Execution" in rule.tactics


def test_a_partial_rule_is_no_rule() -> None:
    partial = PARTIAL_RULES.partial(partial_of(FAULTY).without(), "SigninLogs", None)
    assert not isinstance(partial, AnalyticRule)
    assert not isinstance(partial.for_checks(), AnalyticRule)


def test_a_kind_that_is_not_usable_leaves_no_schedule_to_judge() -> None:
    text = FAULTY.replace("kind: Scheduled", "kind: Sheduled")
    rule = PARTIAL_RULES.partial(partial_of(text).without(), "SigninLogs", None).for_checks()
    for name in ("kind", "schedule"):
        with pytest.raises(UnusablePartError):
            getattr(rule, name)
