"""Says what the API should be sent for a detection, from the text of docs/detections.md alone.

It imports nothing from the package and makes no rule on the way: the community's format and the
API name nearly everything alike, so most of it is a copy, and a swap on the long way round shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

import yaml


class _Loader(yaml.SafeLoader):
    """PyYAML's own reader, for which a date is text as it is in JSON."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, form) for tag, form in forms if not tag.endswith(":timestamp")]
        for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_document(text: str) -> dict[str, Any]:
    """Return a detection's document as YAML means it."""
    document: dict[str, Any] = yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    return document


OPERATORS = {"gt": "GreaterThan", "lt": "LessThan", "eq": "Equal", "ne": "NotEqual"}
SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
NAMED_ALIKE = (
    *("severity", "enabled", "suppressionEnabled", "customDetails", "entityMappings"),
    *("alertDetailsOverride", "eventGroupingSettings", "incidentConfiguration"),
    "sentinelEntitiesMappings",
)
SCHEDULE = ("queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold")


def expected_body(document: Mapping[str, Any], query: str) -> dict[str, Any]:
    """Return `{"kind", "properties"}` of a document that is right, and of its final query."""
    written = {name: value for name, value in document.items() if value is not None}
    kind = written.get("kind", "Scheduled")
    body = {
        "displayName": written["name"],
        "query": query,
        "enabled": True,
        "suppressionEnabled": False,
        "suppressionDuration": iso_duration(written.get("suppressionDuration", "5h")),
        **{name: _without_nothing(written.get(name)) for name in NAMED_ALIKE if name in written},
        "tactics": [tactic.replace(" ", "") for tactic in written.get("tactics", [])],
        "techniques": _once(one.split(".")[0] for one in written.get("relevantTechniques", [])),
        "subTechniques": _once(one for one in written.get("relevantTechniques", []) if "." in one),
    }
    if "description" in written:
        body["description"] = _unquoted(written["description"])
    if kind == "Scheduled":
        body |= {name: written[name] for name in SCHEDULE}
        body["triggerOperator"] = OPERATORS.get(body["triggerOperator"], body["triggerOperator"])
        body["triggerThreshold"] = int(body["triggerThreshold"])
        for name in ("queryFrequency", "queryPeriod"):
            body[name] = iso_duration(body[name])
    grouping = (body.get("incidentConfiguration") or {}).get("groupingConfiguration")
    if grouping:
        grouping["lookbackDuration"] = iso_duration(grouping["lookbackDuration"])
    for mapping in body.get("entityMappings") or []:
        mapping.setdefault("fieldMappings", [])
    texts = {"displayName", "query", "description"}
    kept = {name: value for name, value in body.items() if name in texts or not _nothing(value)}
    return {"kind": kind, "properties": kept}


def iso_duration(text: str) -> str:
    """Write a duration of either spelling in ISO 8601, without a part that is zero."""
    parts = re.findall(r"(\d+)([wdhms])", text.lower())
    left = sum(int(number) * SECONDS[unit] for number, unit in parts)
    written = ""
    for unit in "dhms":
        number, left = divmod(left, SECONDS[unit])
        if unit == "h" and (number or left):
            written += "T"
        written += f"{number}{unit}".upper() if number else ""
    return f"P{written}" if written else "PT0S"


def _nothing(value: Any) -> bool:
    return value is None or value in ("", [], {}) or value == ()


def _without_nothing(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nothing(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _without_nothing(item) for name, item in value.items()}
    return {name: item for name, item in kept.items() if not _nothing(item)}


def _once(texts: Any) -> list[str]:
    return list(dict.fromkeys(texts))


def _unquoted(text: str) -> str:
    """Official rules often quote the whole text of a block scalar; the quotes are not meant.

    A text that begins and ends with quoted words is not quoted as a whole.
    """
    bare = text.strip()
    if len(bare) < 2 or bare[0] != bare[-1] or bare[0] not in "'\"":
        return text
    words = bare.split()
    closing = [n for n, word in enumerate(words) if word.rstrip(",.;:)")[1:].endswith(bare[0])]
    opening = [n for n, word in enumerate(words) if n and word.lstrip("(").startswith(bare[0])]
    return text if opening and closing[0] < opening[0] else bare[1:-1].strip()
