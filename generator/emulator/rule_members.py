"""What the service refuses inside the nested members of a rule: mappings, details, grouping.

Paths in the messages are the API's. The limits and the entity types are the facts that the checks
use as well; the judgement is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.emulator.values import Refusal, as_duration
from generator.kinds.analytic_rule import limits
from generator.vocabulary.entities import entity_types

_CUSTOM_DETAIL_KEY = re.compile(r"[A-Za-z]\w*", re.ASCII)
_COLUMN = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_PLACEHOLDER = re.compile(r"{{([^{}]*)}}")
_FORMAT_CHARACTERS = {
    "alertDisplayNameFormat": limits.DISPLAY_NAME_FORMAT_CHARACTERS,
    "alertDescriptionFormat": limits.DESCRIPTION_FORMAT_CHARACTERS,
}
_ALERT_PROPERTIES = (
    "AlertLink",
    "ConfidenceLevel",
    "ConfidenceScore",
    "ExtendedLinks",
    "ProductComponentName",
    "ProductName",
    "ProviderName",
    "RemediationSteps",
    "SubTechniques",
    "Techniques",
)
_GROUPING_REQUIRED = ("enabled", "reopenClosedIncident", "lookbackDuration", "matchingMethod")
_GROUP_BY = ("groupByEntities", "groupByAlertDetails", "groupByCustomDetails")
_MATCHING_METHODS = ("AllEntities", "AnyAlert", "Selected")

Properties = Mapping[str, Any]


def check_entity_mappings(properties: Properties) -> Iterator[Refusal]:
    """Yield what is wrong with the entity mappings; at most ten, three identifiers each."""
    path = "properties.entityMappings"
    mappings = properties.get("entityMappings")
    if mappings is None:
        return
    if not isinstance(mappings, list) or not all(isinstance(one, dict) for one in mappings):
        yield Refusal(path, "The value must be an array of objects.")
        return
    if len(mappings) > limits.ENTITY_MAPPINGS:
        yield Refusal(
            path, f"The number of entity mappings must not exceed {limits.ENTITY_MAPPINGS}."
        )
    for index, mapping in enumerate(mappings):
        yield from _check_entity_mapping(f"{path}[{index}]", mapping)


def _check_entity_mapping(path: str, mapping: Properties) -> Iterator[Refusal]:
    entity = mapping.get("entityType")
    known = entity_types().get(entity) if isinstance(entity, str) else None
    if known is None:
        yield Refusal(f"{path}.entityType", f"The entity type '{entity}' is not valid.")
    fields = mapping.get("fieldMappings")
    if not isinstance(fields, list) or not all(isinstance(one, dict) for one in fields):
        yield Refusal(f"{path}.fieldMappings", "The FieldMappings field is required.")
        return
    if not 1 <= len(fields) <= limits.FIELD_MAPPINGS:
        yield Refusal(
            f"{path}.fieldMappings",
            f"The number of identifiers must be between 1 and {limits.FIELD_MAPPINGS}.",
        )
    seen: set[str] = set()
    for index, field in enumerate(fields):
        identifier = str(field.get("identifier"))
        if known is not None and identifier not in known.identifiers:
            yield Refusal(
                f"{path}.fieldMappings[{index}].identifier",
                f"The identifier '{identifier}' is not valid for the entity type '{entity}'.",
            )
        if identifier in seen:
            yield Refusal(
                f"{path}.fieldMappings[{index}].identifier",
                f"The identifier '{identifier}' is used more than once.",
            )
        seen.add(identifier)
        if not _is_column(field.get("columnName")):
            yield Refusal(
                f"{path}.fieldMappings[{index}].columnName", "The value is not a column name."
            )


def check_custom_details(properties: Properties) -> Iterator[Refusal]:
    """Yield what is wrong with the custom details; at most 20, keys of up to 20 characters."""
    path = "properties.customDetails"
    details = properties.get("customDetails")
    if details is None:
        return
    if not isinstance(details, dict):
        yield Refusal(path, "The value must be an object.")
        return
    if len(details) > limits.CUSTOM_DETAILS:
        yield Refusal(
            path, f"The number of custom details must not exceed {limits.CUSTOM_DETAILS}."
        )
    for key, column in details.items():
        if (
            len(key) > limits.CUSTOM_DETAIL_KEY_CHARACTERS
            or _CUSTOM_DETAIL_KEY.fullmatch(key) is None
        ):
            yield Refusal(path, f"The custom detail key '{key}' is not valid.")
        if not _is_column(column):
            yield Refusal(f"{path}.{key}", "The value is not a column name.")


def check_alert_details_override(properties: Properties) -> Iterator[Refusal]:
    """Yield what is wrong with the override: three placeholders a format, known properties once."""
    path = "properties.alertDetailsOverride"
    override = properties.get("alertDetailsOverride")
    if override is None:
        return
    if not isinstance(override, dict):
        yield Refusal(path, "The value must be an object.")
        return
    for name, limit in _FORMAT_CHARACTERS.items():
        text = override.get(name)
        if text is None:
            continue
        if not isinstance(text, str) or not 1 <= len(text) <= limit:
            yield Refusal(f"{path}.{name}", f"The length must be between 1 and {limit} characters.")
        elif len(_PLACEHOLDER.findall(text)) > limits.FORMAT_PLACEHOLDERS:
            yield Refusal(
                f"{path}.{name}",
                f"The number of parameters must not exceed {limits.FORMAT_PLACEHOLDERS}.",
            )
    for name in ("alertTacticsColumnName", "alertSeverityColumnName"):
        if override.get(name) is not None and not _is_column(override[name]):
            yield Refusal(f"{path}.{name}", "The value is not a column name.")
    yield from _check_dynamic_properties(path, override.get("alertDynamicProperties"))


def _check_dynamic_properties(path: str, dynamic: object) -> Iterator[Refusal]:
    path = f"{path}.alertDynamicProperties"
    if dynamic is None:
        return
    if not isinstance(dynamic, list) or not all(isinstance(one, dict) for one in dynamic):
        yield Refusal(path, "The value must be an array of objects.")
        return
    seen: set[str] = set()
    for index, mapping in enumerate(dynamic):
        name = str(mapping.get("alertProperty"))
        if name not in _ALERT_PROPERTIES:
            yield Refusal(f"{path}[{index}].alertProperty", f"The value '{name}' is not valid.")
        if name in seen:
            yield Refusal(
                f"{path}[{index}].alertProperty", f"The property '{name}' is used more than once."
            )
        seen.add(name)
        if not _is_column(mapping.get("value")):
            yield Refusal(f"{path}[{index}].value", "The value is not a column name.")


def check_event_grouping(properties: Properties) -> Iterator[Refusal]:
    """Yield what is wrong with the event grouping."""
    settings = properties.get("eventGroupingSettings")
    if settings is None:
        return
    kind = settings.get("aggregationKind") if isinstance(settings, dict) else None
    if kind not in ("SingleAlert", "AlertPerResult"):
        yield Refusal(
            "properties.eventGroupingSettings.aggregationKind", f"The value '{kind}' is not valid."
        )


def check_incident_configuration(properties: Properties) -> Iterator[Refusal]:
    """Yield what is wrong with incident creation and grouping."""
    path = "properties.incidentConfiguration"
    incident = properties.get("incidentConfiguration")
    if incident is None:
        return
    if not isinstance(incident, dict):
        yield Refusal(path, "The value must be an object.")
        return
    if not isinstance(incident.get("createIncident"), bool):
        yield Refusal(f"{path}.createIncident", "The CreateIncident field is required.")
    grouping = incident.get("groupingConfiguration")
    if grouping is None:
        return
    path = f"{path}.groupingConfiguration"
    if not isinstance(grouping, dict):
        yield Refusal(path, "The value must be an object.")
        return
    yield from _check_grouping(path, grouping)
    yield from _check_group_by(path, grouping, properties)


def _check_grouping(path: str, grouping: Properties) -> Iterator[Refusal]:
    for name in _GROUPING_REQUIRED:
        if grouping.get(name) is None:
            yield Refusal(f"{path}.{name}", f"The {name[0].upper()}{name[1:]} field is required.")
    for name in ("enabled", "reopenClosedIncident"):
        if grouping.get(name) is not None and not isinstance(grouping[name], bool):
            yield Refusal(f"{path}.{name}", "The value is not a boolean.")
    if grouping.get("lookbackDuration") is not None:
        lookback = as_duration(grouping["lookbackDuration"])
        if lookback is None or not limits.SHORTEST_LOOKBACK <= lookback <= limits.LONGEST_LOOKBACK:
            yield Refusal(
                f"{path}.lookbackDuration", "The value must be between 5 minutes and 7 days."
            )
    method = grouping.get("matchingMethod")
    if method is not None and method not in _MATCHING_METHODS:
        yield Refusal(f"{path}.matchingMethod", f"The value '{method}' is not valid.")


def _check_group_by(path: str, grouping: Properties, rule: Properties) -> Iterator[Refusal]:
    chosen: dict[str, list[Any]] = {}
    for name in _GROUP_BY:
        values = grouping.get(name)
        if values is not None and not isinstance(values, list):
            yield Refusal(f"{path}.{name}", "The value must be an array.")
        chosen[name] = values if isinstance(values, list) else []
    if grouping.get("matchingMethod") == "Selected" and not any(chosen.values()):
        yield Refusal(
            path, "At least one of the groupBy lists must not be empty when matching is Selected."
        )
    allowed = {
        "groupByEntities": _mapped_entities(rule),
        "groupByAlertDetails": ("DisplayName", "Severity"),
        "groupByCustomDetails": tuple(_mapping(rule.get("customDetails"))),
    }
    for name, values in chosen.items():
        for value in values:
            if value not in allowed[name]:
                yield Refusal(f"{path}.{name}", f"'{value}' is not defined in the alert rule.")


def check_sentinel_entities(properties: Properties) -> Iterator[Refusal]:
    """Yield what is wrong with the columns that hold whole entities."""
    path = "properties.sentinelEntitiesMappings"
    mappings = properties.get("sentinelEntitiesMappings")
    if mappings is None:
        return
    if not isinstance(mappings, list) or not all(
        isinstance(one, dict) and _is_column(one.get("columnName")) for one in mappings
    ):
        yield Refusal(path, "The value must be an array of column names.")


def _mapped_entities(rule: Properties) -> tuple[Any, ...]:
    mappings = rule.get("entityMappings")
    if not isinstance(mappings, list):
        return ()
    return tuple(_mapping(mapping).get("entityType") for mapping in mappings)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_column(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= limits.COLUMN_NAME_CHARACTERS
        and _COLUMN.fullmatch(value) is not None
    )
