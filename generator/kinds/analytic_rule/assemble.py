"""From a detection as written, and its final query, to the canonical rule.

The only place that says what the detection format means to Sentinel: its defaults, its long and
short forms, and what an absent field stands for. The document has passed the schema; limits are
the checks' work, so a value that breaks one is carried over for them to see.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from generator.catalog.community import strip_description_quotes, written_tactics
from generator.catalog.detection import Detection
from generator.kinds.analytic_rule.model import (
    AlertDetailsOverride,
    AnalyticRule,
    CustomDetail,
    DynamicProperty,
    EntityMapping,
    FieldMapping,
    Grouping,
    IncidentConfiguration,
    RuleKind,
    Schedule,
    TriggerOperator,
)
from generator.text.duration import parse_duration

DEFAULT_ENABLED = True
DEFAULT_SUPPRESSION_ENABLED = False
DEFAULT_SUPPRESSION_DURATION = timedelta(hours=5)

TRIGGER_OPERATORS: Mapping[str, TriggerOperator] = MappingProxyType(
    {
        "gt": TriggerOperator.GREATER_THAN,
        "lt": TriggerOperator.LESS_THAN,
        "eq": TriggerOperator.EQUAL,
        "ne": TriggerOperator.NOT_EQUAL,
        **{operator.value: operator for operator in TriggerOperator},
    }
)
"""Both spellings of the community format."""


def assemble(detection: Detection, query: str) -> AnalyticRule:
    """Make the rule that Sentinel will hold of a schema-valid detection and its rendered query."""
    document = detection.document
    kind = _kind(document)
    techniques, sub_techniques = split_techniques(_texts(document, "relevantTechniques"))
    description = document.get("description")
    suppression = document.get("suppressionDuration")
    return AnalyticRule(
        id=detection.id,
        kind=kind,
        display_name=detection.name,
        description=None if description is None else strip_description_quotes(description),
        severity=document["severity"],
        enabled=_flag(document, "enabled", default=DEFAULT_ENABLED),
        query=query,
        schedule=_schedule(document) if kind is RuleKind.SCHEDULED else None,
        suppression_enabled=_flag(
            document, "suppressionEnabled", default=DEFAULT_SUPPRESSION_ENABLED
        ),
        suppression_duration=(
            DEFAULT_SUPPRESSION_DURATION if suppression is None else _duration(suppression)
        ),
        tactics=tuple(written_tactics(document)),
        techniques=techniques,
        sub_techniques=sub_techniques,
        entity_mappings=tuple(
            EntityMapping(
                mapping["entityType"],
                tuple(
                    FieldMapping(field["identifier"], field["columnName"])
                    for field in mapping["fieldMappings"]
                ),
            )
            for mapping in document.get("entityMappings") or ()
        ),
        custom_details=tuple(
            CustomDetail(key, column)
            for key, column in (document.get("customDetails") or {}).items()
        ),
        alert_details_override=_alert_details_override(document.get("alertDetailsOverride")),
        event_aggregation=(document.get("eventGroupingSettings") or {}).get("aggregationKind"),
        incident_configuration=_incident_configuration(document.get("incidentConfiguration")),
        sentinel_entities=tuple(
            mapping["columnName"] for mapping in document.get("sentinelEntitiesMappings") or ()
        ),
    )


def split_techniques(relevant: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the techniques and the sub-techniques of `relevantTechniques`, each named once.

    The techniques are the parents of all that is listed, so `T1078.004` alone gives `T1078` too.
    """
    parents = dict.fromkeys(technique.partition(".")[0] for technique in relevant)
    return tuple(parents), tuple(dict.fromkeys(t for t in relevant if "." in t))


def _kind(document: Mapping[str, Any]) -> RuleKind:
    kind = document.get("kind")
    return RuleKind.SCHEDULED if kind is None else RuleKind(kind)


def _schedule(document: Mapping[str, Any]) -> Schedule:
    return Schedule(
        frequency=_duration(document["queryFrequency"]),
        period=_duration(document["queryPeriod"]),
        trigger_operator=TRIGGER_OPERATORS[document["triggerOperator"]],
        trigger_threshold=int(document["triggerThreshold"]),
    )


def _alert_details_override(members: Mapping[str, Any] | None) -> AlertDetailsOverride | None:
    if members is None:
        return None
    override = AlertDetailsOverride(
        display_name_format=members.get("alertDisplayNameFormat"),
        description_format=members.get("alertDescriptionFormat"),
        tactics_column=members.get("alertTacticsColumnName"),
        severity_column=members.get("alertSeverityColumnName"),
        dynamic_properties=tuple(
            DynamicProperty(member["alertProperty"], member["value"])
            for member in members.get("alertDynamicProperties") or ()
        ),
    )
    return None if override == AlertDetailsOverride() else override


def _incident_configuration(members: Mapping[str, Any] | None) -> IncidentConfiguration | None:
    if members is None:
        return None
    grouping = members.get("groupingConfiguration")
    return IncidentConfiguration(
        create_incident=members["createIncident"],
        grouping=None
        if grouping is None
        else Grouping(
            enabled=grouping["enabled"],
            reopen_closed_incident=grouping["reopenClosedIncident"],
            lookback=_duration(grouping["lookbackDuration"]),
            matching_method=grouping["matchingMethod"],
            entities=_texts(grouping, "groupByEntities"),
            alert_details=_texts(grouping, "groupByAlertDetails"),
            custom_details=_texts(grouping, "groupByCustomDetails"),
        ),
    )


def _duration(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError:
        # The schema has seen to the form, so this is a length beyond what a timedelta holds. Every
        # duration of a rule has an upper limit whose check refuses the longest one just as well.
        return timedelta.max


def _texts(members: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(members.get(name) or ())


def _flag(document: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = document.get(name)
    return default if value is None else bool(value)
