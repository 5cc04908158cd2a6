"""The canonical analytics rule: what Sentinel will hold, and the only thing the back ends see.

Every value is already decided here: durations are `timedelta`s, techniques are split, defaults of
the detection format are filled in. None and an empty tuple mean that the rule does not have the
member. Nothing about YAML, files or templates may enter this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class RuleKind(StrEnum):
    """The kinds of analytics rules that a query drives."""

    SCHEDULED = "Scheduled"
    NRT = "NRT"


class TriggerOperator(StrEnum):
    """How the number of rows is compared with the threshold, as the API spells it."""

    GREATER_THAN = "GreaterThan"
    LESS_THAN = "LessThan"
    EQUAL = "Equal"
    NOT_EQUAL = "NotEqual"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a Scheduled rule runs, what it looks at, and what raises an alert."""

    frequency: timedelta
    period: timedelta
    trigger_operator: TriggerOperator
    trigger_threshold: int


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """One identifier of an entity and the column that holds it."""

    identifier: str
    column: str


@dataclass(frozen=True, slots=True)
class EntityMapping:
    """An entity type and the columns that identify it."""

    entity_type: str
    fields: tuple[FieldMapping, ...]


@dataclass(frozen=True, slots=True)
class CustomDetail:
    """A key shown in the alert and the column that fills it."""

    key: str
    column: str


@dataclass(frozen=True, slots=True)
class DynamicProperty:
    """An alert property that a column overrides."""

    alert_property: str
    column: str


@dataclass(frozen=True, slots=True)
class AlertDetailsOverride:
    """What the rows say about their alert. `{{Column}}` placeholders are Sentinel's own."""

    display_name_format: str | None = None
    description_format: str | None = None
    tactics_column: str | None = None
    severity_column: str | None = None
    dynamic_properties: tuple[DynamicProperty, ...] = ()


@dataclass(frozen=True, slots=True)
class Grouping:
    """How alerts are grouped into incidents."""

    enabled: bool
    reopen_closed_incident: bool
    lookback: timedelta
    matching_method: str
    entities: tuple[str, ...] = ()
    alert_details: tuple[str, ...] = ()
    custom_details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentConfiguration:
    """Whether alerts become incidents, and how they are grouped."""

    create_incident: bool
    grouping: Grouping | None = None


@dataclass(frozen=True, slots=True)
class AnalyticRule:
    """One analytics rule as Sentinel will hold it.

    `id` is the rule's resource name. `schedule` is set exactly when `kind` is Scheduled.
    `techniques` are the parents of all relevant techniques, `sub_techniques` the full ids with a
    dot. `sentinel_entities` are the columns of `sentinelEntitiesMappings`.
    """

    id: str
    kind: RuleKind
    display_name: str
    description: str | None
    severity: str
    enabled: bool
    query: str
    schedule: Schedule | None
    suppression_enabled: bool
    suppression_duration: timedelta
    tactics: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    sub_techniques: tuple[str, ...] = ()
    entity_mappings: tuple[EntityMapping, ...] = ()
    custom_details: tuple[CustomDetail, ...] = ()
    alert_details_override: AlertDetailsOverride | None = None
    event_aggregation: str | None = None
    incident_configuration: IncidentConfiguration | None = None
    sentinel_entities: tuple[str, ...] = ()
