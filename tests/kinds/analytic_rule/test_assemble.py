"""What a schema-valid detection means to Sentinel."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from generator.catalog.detection import Detection
from generator.catalog.load import load_text
from generator.kinds.analytic_rule.assemble import assemble, split_techniques
from generator.kinds.analytic_rule.body import request_body
from generator.kinds.analytic_rule.model import (
    AlertDetailsOverride,
    AnalyticRule,
    Grouping,
    IncidentConfiguration,
    RuleKind,
    Schedule,
    TriggerOperator,
)
from generator.kinds.analytic_rule.seat import SEAT
from generator.text.source_text import SourceText
from tests.shared import COMMUNITY_RULES, needs_shared

LEAST: dict[str, Any] = {
    "id": "5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10",
    "name": "Sign-in",
    "severity": "Low",
    "kind": "NRT",
}
SCHEDULE: dict[str, Any] = {
    "kind": "Scheduled",
    "queryFrequency": "1h",
    "queryPeriod": "PT2H",
    "triggerOperator": "gt",
    "triggerThreshold": 0,
}


def rule(**members: Any) -> AnalyticRule:
    detection = Detection("area/slug", SourceText("area/slug.yaml", ""), LEAST | members)
    return assemble(detection, "T")


def test_only_the_documented_defaults_are_filled_in() -> None:
    assert rule() == AnalyticRule(
        id=LEAST["id"],
        kind=RuleKind.NRT,
        display_name="Sign-in",
        description=None,
        severity="Low",
        enabled=True,
        query="T",
        schedule=None,
        suppression_enabled=False,
        suppression_duration=timedelta(hours=5),
    )


def test_null_means_absent_everywhere() -> None:
    optional = (
        "description enabled suppressionEnabled suppressionDuration tactics relevantTechniques "
        "entityMappings customDetails alertDetailsOverride eventGroupingSettings "
        "incidentConfiguration sentinelEntitiesMappings"
    )
    assert rule(**dict.fromkeys(optional.split())) == rule()
    assert rule(alertDetailsOverride={"alertDisplayNameFormat": None}) == rule()


@pytest.mark.parametrize("kind", ["Scheduled", None])
def test_rule_with_a_schedule_is_scheduled(kind: str | None) -> None:
    assembled = rule(**SCHEDULE | {"kind": kind})
    assert assembled.kind is RuleKind.SCHEDULED
    assert assembled.schedule == Schedule(
        timedelta(hours=1), timedelta(hours=2), TriggerOperator.GREATER_THAN, 0
    )


def test_nrt_rule_takes_no_schedule() -> None:
    assert rule(**SCHEDULE | {"kind": "NRT"}).schedule is None


@pytest.mark.parametrize("operator", TriggerOperator)
def test_trigger_operators_are_read_in_both_spellings(operator: TriggerOperator) -> None:
    short = {"GreaterThan": "gt", "LessThan": "lt", "Equal": "eq", "NotEqual": "ne"}[operator]
    for spelling in (operator.value, short):
        schedule = rule(**SCHEDULE | {"triggerOperator": spelling}).schedule
        assert schedule is not None
        assert schedule.trigger_operator is operator


def test_duration_beyond_all_bounds_is_kept_for_its_check_to_refuse() -> None:
    schedule = rule(**SCHEDULE | {"queryPeriod": "999999999d24h"}).schedule
    assert schedule is not None
    assert schedule.period > timedelta(days=14)


@pytest.mark.parametrize(
    ("relevant", "techniques", "sub_techniques"),
    [
        ((), (), ()),
        (("T1078",), ("T1078",), ()),
        (("T1078.004",), ("T1078",), ("T1078.004",)),
        (
            ("T1110.003", "T1078", "T1110", "T1078.004", "T1110.003"),
            ("T1110", "T1078"),
            ("T1110.003", "T1078.004"),
        ),
    ],
)
def test_techniques_are_the_parents_of_all(
    relevant: tuple[str, ...], techniques: tuple[str, ...], sub_techniques: tuple[str, ...]
) -> None:
    assert split_techniques(relevant) == (techniques, sub_techniques)


def test_habits_of_the_community_are_tidied() -> None:
    assembled = rule(tactics=["Lateral Movement"], description="'Identifies it.'\n")
    assert assembled.tactics == ("LateralMovement",)
    assert assembled.description == "Identifies it."


def test_alert_details_and_grouping_are_carried_over() -> None:
    assembled = rule(
        alertDetailsOverride={"alertDisplayNameFormat": "{{A}}", "alertTacticsColumnName": "B"},
        eventGroupingSettings={"aggregationKind": "AlertPerResult"},
        incidentConfiguration={
            "createIncident": True,
            "groupingConfiguration": {
                "enabled": True,
                "reopenClosedIncident": False,
                "lookbackDuration": "5h",
                "matchingMethod": "Selected",
                "groupByEntities": ["Account"],
                "groupByAlertDetails": None,
            },
        },
        sentinelEntitiesMappings=[{"columnName": "Entities"}],
    )
    assert assembled.alert_details_override == AlertDetailsOverride("{{A}}", tactics_column="B")
    assert assembled.event_aggregation == "AlertPerResult"
    assert assembled.sentinel_entities == ("Entities",)
    assert assembled.incident_configuration == IncidentConfiguration(
        create_incident=True,
        grouping=Grouping(
            enabled=True,
            reopen_closed_incident=False,
            lookback=timedelta(hours=5),
            matching_method="Selected",
            entities=("Account",),
        ),
    )


@needs_shared(COMMUNITY_RULES)
def test_every_community_rule_that_loads_becomes_a_request() -> None:
    assembled = 0
    for path in sorted(COMMUNITY_RULES.glob("*.yaml")):
        loaded = load_text(SourceText(path.name, path.read_text("utf-8")), path.stem, SEAT)
        if loaded.detection is not None:
            query = loaded.detection.document["query"]
            body = request_body(assemble(loaded.detection, query))
            assert body["properties"]["query"] == query
            assembled += 1
    assert assembled > 150
