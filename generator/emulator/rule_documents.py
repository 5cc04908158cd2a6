"""How the service writes a stored rule or action back: what it fills in, names and leaves away.

Every statement here is one of the public recordings of the live service (2022-08, 2022-12 and
2026-03). What a rule may hold is decided elsewhere.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

QUERY_KINDS = ("Scheduled", "NRT")
_FILLED_WITH_NULL = ("alertRuleTemplateName", "description", "tactics")
_ABSENT_WHEN_NULL = (
    "alertDetailsOverride",
    "customDetails",
    "entityMappings",
    "eventGroupingSettings",
    "sentinelEntitiesMappings",
    "subTechniques",
    "techniques",
    "templateVersion",
)
_GROUP_BY = ("groupByAlertDetails", "groupByCustomDetails", "groupByEntities")
_OVERRIDES = (
    "alertDescriptionFormat",
    "alertDisplayNameFormat",
    "alertDynamicProperties",
    "alertSeverityColumnName",
    "alertTacticsColumnName",
)
_WORKFLOW_NAMESPACE = uuid.UUID("0f8c7f0e-2c57-4f46-8f0b-3a52f1f0a3c7")


def stored_properties(kind: str, sent: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return what the service keeps of the properties that were sent.

    Durations, queries and identifiers stay as they were sent; members that no api-version declares
    stay too. `lastModifiedUtc` is always the service's own.
    """
    properties = copy.deepcopy(dict(sent))
    if kind in QUERY_KINDS:
        for name in _ABSENT_WHEN_NULL:
            if properties.get(name, ...) is None:
                del properties[name]
        for name in _FILLED_WITH_NULL:
            properties.setdefault(name, None)
        _fill(properties.get("alertDetailsOverride"), _OVERRIDES)
        incident = properties.get("incidentConfiguration")
        if isinstance(incident, dict):
            _fill(incident.get("groupingConfiguration"), _GROUP_BY)
    properties["lastModifiedUtc"] = timestamp(now)
    return properties


def stored_action(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the service shows of an action.

    The trigger URI is a secret: the service never gives it back, and it is not even stored here.
    """
    logic_app = str(sent["logicAppResourceId"])
    return {
        "logicAppResourceId": logic_app,
        "workflowId": uuid.uuid5(_WORKFLOW_NAMESPACE, logic_app.lower()).hex,
    }


def new_etag(sequence: int, now: datetime) -> str:
    """Return an etag in the service's shape, quotes included; unique by its sequence number."""
    return f'"{sequence & 0xFFFFFFFF:08x}-0000-0100-0000-{int(now.timestamp()):08x}0000"'


def timestamp(now: datetime) -> str:
    """Return a time in UTC with the seven decimals that the service writes."""
    return f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"


def envelope(
    resource_id: str, name: str, etag: str, kind: str | None, properties: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a rule, or with no kind an action, as the body of an answer."""
    document: dict[str, Any] = {"id": resource_id, "name": name, "etag": etag}
    if kind is None:
        document["type"] = "Microsoft.SecurityInsights/alertRules/actions"
    else:
        document["type"] = "Microsoft.SecurityInsights/alertRules"
        document["kind"] = kind
    document["properties"] = dict(properties)
    return document


def _fill(members: object, names: tuple[str, ...]) -> None:
    if isinstance(members, dict):
        for name in names:
            members.setdefault(name, None)
