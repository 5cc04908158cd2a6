"""The members of a rule's body that the detection format knows, and how each one compares.

This is the body of `generator.kinds.analytic_rule.body` seen from the reading side. A member that
is not listed here belongs to the service or to the portal: it is kept and never compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from generator.kinds.analytic_rule.model import TriggerOperator
from generator.text.duration import format_iso_duration, parse_duration

Comparable = Callable[[Any], Any]


Test = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Value:
    """A member whose values compare after `comparable`, and hold nothing but what `fits`."""

    comparable: Comparable
    fits: Test


@dataclass(frozen=True, slots=True)
class Names:
    """An object whose members are all the author's (customDetails)."""


@dataclass(frozen=True, slots=True)
class Unordered:
    """A list in which order means nothing."""

    item: Member


@dataclass(frozen=True, slots=True)
class Members:
    """An object with members of its own."""

    known: dict[str, Member]


Member = Value | Names | Unordered | Members


def _as_it_is(value: Any) -> Any:
    return value


def _query(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return value.replace("\r\n", "\n").rstrip()


def _duration(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return format_iso_duration(parse_duration(value))
    except ValueError:
        return value


_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?", re.ASCII)


def _number(value: Any) -> Any:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value) if "." in value else int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_duration(value: Any) -> bool:
    if not isinstance(value, str) or not value.startswith("P"):
        return False  # the community's form is ours, not the service's
    try:
        parse_duration(value)
    except ValueError:
        return False
    return True


TEXT = Value(_as_it_is, _is_text)
FLAG = Value(_as_it_is, _is_flag)
QUERY = Value(_query, _is_text)
DURATION = Value(_duration, _is_duration)
NUMBER = Value(_number, _is_number)
TEXTS = Unordered(TEXT)


def one_of(*values: str) -> Value:
    """Return a text that is one of these."""
    return Value(_as_it_is, frozenset(values).__contains__)


KNOWN = Members(
    {
        # First, so that a rule which was switched on or off leads every list of changes.
        "enabled": FLAG,
        "displayName": TEXT,
        "description": TEXT,
        "severity": one_of("High", "Medium", "Low", "Informational"),
        "query": QUERY,
        "queryFrequency": DURATION,
        "queryPeriod": DURATION,
        "triggerOperator": one_of(*TriggerOperator),
        "triggerThreshold": NUMBER,
        "suppressionDuration": DURATION,
        "suppressionEnabled": FLAG,
        "tactics": TEXTS,
        "techniques": TEXTS,
        "subTechniques": TEXTS,
        "entityMappings": Unordered(
            Members(
                {
                    "entityType": TEXT,
                    "fieldMappings": Unordered(Members({"identifier": TEXT, "columnName": TEXT})),
                }
            )
        ),
        "customDetails": Names(),
        "alertDetailsOverride": Members(
            {
                "alertDisplayNameFormat": TEXT,
                "alertDescriptionFormat": TEXT,
                "alertTacticsColumnName": TEXT,
                "alertSeverityColumnName": TEXT,
                "alertDynamicProperties": Unordered(
                    Members({"alertProperty": TEXT, "value": TEXT})
                ),
            }
        ),
        "eventGroupingSettings": Members({"aggregationKind": TEXT}),
        "incidentConfiguration": Members(
            {
                "createIncident": FLAG,
                "groupingConfiguration": Members(
                    {
                        "enabled": FLAG,
                        "reopenClosedIncident": FLAG,
                        "lookbackDuration": DURATION,
                        "matchingMethod": TEXT,
                        "groupByEntities": TEXTS,
                        "groupByAlertDetails": TEXTS,
                        "groupByCustomDetails": TEXTS,
                    }
                ),
            }
        ),
        "sentinelEntitiesMappings": Unordered(Members({"columnName": TEXT})),
    }
)
"""The members of `properties`, in the order in which changes are shown."""

READ_ONLY_PROPERTIES = frozenset({"lastModifiedUtc"})
READ_ONLY_MEMBERS = frozenset({"id", "name", "type", "etag", "systemData"})
