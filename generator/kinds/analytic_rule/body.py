"""An analytics rule as the API's `{kind, properties}`: the form that all back ends share.

ARM and Bicep wrap this in their own envelopes and the deployment sends it as it is; nothing here
knows about template escapes or etags.
"""

from __future__ import annotations

from typing import Any

from generator.kinds.analytic_rule.model import (
    AlertDetailsOverride,
    AnalyticRule,
    Grouping,
    IncidentConfiguration,
)
from generator.text.duration import format_iso_duration


def request_body(rule: AnalyticRule) -> dict[str, Any]:
    """Return `{"kind", "properties"}` in a fixed member order; absent members are left out."""
    properties: dict[str, Any] = {"displayName": rule.display_name}
    if rule.description is not None:
        properties["description"] = rule.description
    properties["severity"] = rule.severity
    properties["enabled"] = rule.enabled
    properties["query"] = rule.query
    if rule.schedule is not None:
        properties["queryFrequency"] = format_iso_duration(rule.schedule.frequency)
        properties["queryPeriod"] = format_iso_duration(rule.schedule.period)
        properties["triggerOperator"] = rule.schedule.trigger_operator.value
        properties["triggerThreshold"] = rule.schedule.trigger_threshold
    properties["suppressionDuration"] = format_iso_duration(rule.suppression_duration)
    properties["suppressionEnabled"] = rule.suppression_enabled
    optional: dict[str, Any] = {
        "tactics": list(rule.tactics),
        "techniques": list(rule.techniques),
        "subTechniques": list(rule.sub_techniques),
        "entityMappings": [
            {
                "entityType": mapping.entity_type,
                "fieldMappings": [
                    {"identifier": field.identifier, "columnName": field.column}
                    for field in mapping.fields
                ],
            }
            for mapping in rule.entity_mappings
        ],
        "customDetails": {detail.key: detail.column for detail in rule.custom_details},
        "alertDetailsOverride": _alert_details_override(rule.alert_details_override),
        "eventGroupingSettings": rule.event_aggregation
        and {"aggregationKind": rule.event_aggregation},
        "incidentConfiguration": _incident_configuration(rule.incident_configuration),
        "sentinelEntitiesMappings": [{"columnName": column} for column in rule.sentinel_entities],
    }
    properties.update({name: value for name, value in optional.items() if value})
    return {"kind": rule.kind.value, "properties": properties}


def _alert_details_override(override: AlertDetailsOverride | None) -> dict[str, Any]:
    if override is None:
        return {}
    members: dict[str, Any] = {
        "alertDisplayNameFormat": override.display_name_format,
        "alertDescriptionFormat": override.description_format,
        "alertTacticsColumnName": override.tactics_column,
        "alertSeverityColumnName": override.severity_column,
        "alertDynamicProperties": [
            {"alertProperty": p.alert_property, "value": p.column}
            for p in override.dynamic_properties
        ],
    }
    return {name: value for name, value in members.items() if value}


def _incident_configuration(configuration: IncidentConfiguration | None) -> dict[str, Any]:
    if configuration is None:
        return {}
    body: dict[str, Any] = {"createIncident": configuration.create_incident}
    if configuration.grouping is not None:
        body["groupingConfiguration"] = _grouping(configuration.grouping)
    return body


def _grouping(grouping: Grouping) -> dict[str, Any]:
    body: dict[str, Any] = {
        "enabled": grouping.enabled,
        "reopenClosedIncident": grouping.reopen_closed_incident,
        "lookbackDuration": format_iso_duration(grouping.lookback),
        "matchingMethod": grouping.matching_method,
    }
    lists = {
        "groupByEntities": list(grouping.entities),
        "groupByAlertDetails": list(grouping.alert_details),
        "groupByCustomDetails": list(grouping.custom_details),
    }
    body.update({name: value for name, value in lists.items() if value})
    return body
