"""Reads a request body back into the rule that it stands for, from the API's reference alone.

It imports the rule's shape and nothing that writes: no writer can be its own proof. A member that
is not the API's, one of another type, an empty one or a duration in another spelling is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

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

T = TypeVar("T")

ORDER = (
    *("displayName", "description", "severity", "enabled", "query", "queryFrequency"),
    *("queryPeriod", "triggerOperator", "triggerThreshold", "suppressionDuration"),
    *("suppressionEnabled", "tactics", "techniques", "subTechniques", "entityMappings"),
    *("customDetails", "alertDetailsOverride", "eventGroupingSettings", "incidentConfiguration"),
    "sentinelEntitiesMappings",
)
"""How artifacts are laid out; a change of it changes every file in every content repository."""

_DURATION = re.compile(
    r"P(?=.)(?:([1-9]\d*)D)?(?:T(?=.)(?:(1?[1-9]|10|2[0-3])H)?"
    r"(?:([1-5]0|[1-5]?[1-9])M)?(?:([1-5]?\d(?:\.\d*[1-9])?)S)?)?"
)


class _Members:
    """An object of which every member is taken once, or is one too many."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        assert type(members) is dict
        self._left = dict(members)

    def take(self, name: str, kind: type[T]) -> T:
        value = self._left.pop(name)
        assert type(value) is kind, f"{name}: {value!r}"
        return value

    def maybe(self, name: str, kind: type[T]) -> T | None:
        if name not in self._left:
            return None
        value = self.take(name, kind)
        assert value, f"{name} is there, and empty"
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.maybe(name, list) or []
        assert all(type(value) is str for value in values)
        return tuple(values)

    def duration(self, name: str) -> timedelta:
        return _duration(self.take(name, str))

    def end(self) -> None:
        assert not self._left, f"members that no rule has: {self._left}"


def read_rule(rule_id: str, kind: str, properties: Mapping[str, Any]) -> AnalyticRule:
    """Return the rule that a workspace holds after this body was sent under this name."""
    members = _Members(properties)
    assert list(properties) == [name for name in ORDER if name in properties]
    rule = AnalyticRule(
        id=rule_id,
        kind=RuleKind(kind),
        display_name=members.take("displayName", str),
        description=members.take("description", str) if "description" in properties else None,
        severity=members.take("severity", str),
        enabled=members.take("enabled", bool),
        query=members.take("query", str),
        schedule=_schedule(members) if kind == "Scheduled" else None,
        suppression_enabled=members.take("suppressionEnabled", bool),
        suppression_duration=members.duration("suppressionDuration"),
        tactics=members.texts("tactics"),
        techniques=members.texts("techniques"),
        sub_techniques=members.texts("subTechniques"),
        entity_mappings=tuple(map(_mapping, members.maybe("entityMappings", list) or ())),
        custom_details=tuple(
            CustomDetail(key, column)
            for key, column in (members.maybe("customDetails", dict) or {}).items()
        ),
        alert_details_override=_override(members.maybe("alertDetailsOverride", dict)),
        event_aggregation=_aggregation(members.maybe("eventGroupingSettings", dict)),
        incident_configuration=_incidents(members.maybe("incidentConfiguration", dict)),
        sentinel_entities=tuple(
            _pair(entry, "columnName")[0]
            for entry in members.maybe("sentinelEntitiesMappings", list) or ()
        ),
    )
    members.end()
    return rule


def api_version_of(rule: AnalyticRule) -> str:
    """Return the version that a rule needs, as docs/artifacts.md says."""
    override = rule.alert_details_override or AlertDetailsOverride()
    newer = [
        rule.kind is RuleKind.NRT,
        rule.sub_techniques != (),
        rule.sentinel_entities != (),
        "SubTechniques" in {one.alert_property for one in override.dynamic_properties},
    ]
    return "2025-07-01-preview" if True in newer else "2025-09-01"


def without_empty(rule: AnalyticRule) -> AnalyticRule:
    """Return a rule as the API can hold it: it has no empty optional texts and objects."""
    override = rule.alert_details_override
    if override is not None:
        override = AlertDetailsOverride(
            override.display_name_format or None,
            override.description_format or None,
            override.tactics_column or None,
            override.severity_column or None,
            override.dynamic_properties,
        )
    return replace(
        rule,
        alert_details_override=None if override == AlertDetailsOverride() else override,
        event_aggregation=rule.event_aggregation or None,
    )


def _schedule(members: _Members) -> Schedule:
    return Schedule(
        members.duration("queryFrequency"),
        members.duration("queryPeriod"),
        TriggerOperator(members.take("triggerOperator", str)),
        members.take("triggerThreshold", int),
    )


def _mapping(entry: dict[str, Any]) -> EntityMapping:
    members = _Members(entry)
    entity_type = members.take("entityType", str)
    fields = [
        _pair(field, "identifier", "columnName") for field in members.take("fieldMappings", list)
    ]
    members.end()
    return EntityMapping(entity_type, tuple(FieldMapping(*field) for field in fields))


def _override(entry: dict[str, Any] | None) -> AlertDetailsOverride | None:
    if entry is None:
        return None
    members = _Members(entry)
    override = AlertDetailsOverride(
        display_name_format=members.maybe("alertDisplayNameFormat", str),
        description_format=members.maybe("alertDescriptionFormat", str),
        tactics_column=members.maybe("alertTacticsColumnName", str),
        severity_column=members.maybe("alertSeverityColumnName", str),
        dynamic_properties=tuple(
            DynamicProperty(*_pair(one, "alertProperty", "value"))
            for one in members.maybe("alertDynamicProperties", list) or ()
        ),
    )
    members.end()
    return override


def _aggregation(entry: dict[str, Any] | None) -> str | None:
    return None if entry is None else _pair(entry, "aggregationKind")[0]


def _incidents(entry: dict[str, Any] | None) -> IncidentConfiguration | None:
    if entry is None:
        return None
    members = _Members(entry)
    created = members.take("createIncident", bool)
    grouping = members.maybe("groupingConfiguration", dict)
    members.end()
    return IncidentConfiguration(created, None if grouping is None else _grouping(grouping))


def _grouping(entry: dict[str, Any]) -> Grouping:
    members = _Members(entry)
    grouping = Grouping(
        enabled=members.take("enabled", bool),
        reopen_closed_incident=members.take("reopenClosedIncident", bool),
        lookback=members.duration("lookbackDuration"),
        matching_method=members.take("matchingMethod", str),
        entities=members.texts("groupByEntities"),
        alert_details=members.texts("groupByAlertDetails"),
        custom_details=members.texts("groupByCustomDetails"),
    )
    members.end()
    return grouping


def _pair(entry: dict[str, Any], *names: str) -> tuple[str, ...]:
    members = _Members(entry)
    values = tuple(members.take(name, str) for name in names)
    members.end()
    return values


def _duration(text: str) -> timedelta:
    if text == "PT0S":
        return timedelta(0)
    match = _DURATION.fullmatch(text)
    assert match, f"{text!r} is not how a duration is written"
    days, hours, minutes = (int(part or 0) for part in match.groups()[:3])
    seconds, _, fraction = (match[4] or "0").partition(".")
    assert match[4] != "0"
    return timedelta(days, int(seconds), int(fraction.ljust(6, "0")), 0, minutes, hours)
