"""Detections in which no two members hold the same value, so that whatever is swapped shows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from hypothesis import strategies as st

from generator.catalog.detection import Detection
from generator.text.source_text import SourceText

QUERY = "the query"


def detection_of(document: dict[str, Any]) -> Detection:
    return Detection("area/slug", SourceText("detections/area/slug.yaml", ""), document)


@st.composite
def distinct_documents(draw: st.DrawFn) -> dict[str, Any]:
    """Return the document of a detection: any of its members there, null, or absent."""
    numbers = count(1)

    def text(label: str) -> str:
        return f"{label} {next(numbers)}"

    def texts(label: str, least: int = 0) -> list[str]:
        return [text(label) for _ in range(draw(st.integers(least, 3)))]

    def duration() -> str:
        minutes = 90 * 24 * next(numbers) + draw(st.integers(0, 59))
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        return draw(
            st.sampled_from(
                [f"{days}d{hours}h{minutes}m", f"P{days}DT{hours}H{minutes}M", f"PT{days * 24}H"]
            )
        )

    def optional(members: dict[str, Callable[[], Any]]) -> dict[str, Any]:
        made = {}
        for name, make in members.items():
            state = draw(st.sampled_from(["there", "there", "there", "null", "absent"]))
            if state != "absent":
                made[name] = make() if state == "there" else None
        return made

    def flag() -> bool:
        return draw(st.booleans())

    def fields() -> list[dict[str, str]]:
        return [
            {"identifier": text("identifier"), "columnName": text("column")}
            for _ in range(draw(st.integers(1, 3)))
        ]

    def grouping() -> dict[str, Any]:
        return {
            "enabled": flag(),
            "reopenClosedIncident": flag(),
            "lookbackDuration": duration(),
            "matchingMethod": text("method"),
            **optional(
                {
                    "groupByEntities": lambda: texts("grouped entity"),
                    "groupByAlertDetails": lambda: texts("grouped detail"),
                    "groupByCustomDetails": lambda: texts("grouped custom detail"),
                }
            ),
        }

    def dynamic() -> list[dict[str, str]]:
        property_name = draw(st.sampled_from(["SubTechniques", text("property")]))
        return [
            {"alertProperty": property_name, "value": text("value")},
            {"alertProperty": text("property"), "value": text("value")},
        ][: draw(st.integers(0, 2))]

    def techniques() -> list[str]:
        parents = [f"T{1000 + next(numbers)}" for _ in range(draw(st.integers(0, 3)))]
        known = ["", ".001", ".002"] if "techniques" in newer else [""]
        suffixes = draw(st.lists(st.sampled_from(known), min_size=3, max_size=3))
        return [f"{parent}{suffix}" for parent in parents for suffix in dict.fromkeys(suffixes)]

    # What a stable version of the API cannot hold decides about the version, each by itself.
    newer = draw(st.sampled_from([set(), {"techniques"}, {"entities"}, {"techniques", "entities"}]))
    kind = draw(st.sampled_from(["Scheduled", "Scheduled", "NRT", None]))
    schedule: dict[str, Any] = {
        "queryFrequency": duration(),
        "queryPeriod": duration(),
        "triggerOperator": draw(st.sampled_from(["gt", "lt", "eq", "ne", "GreaterThan", "Equal"])),
        "triggerThreshold": next(numbers),
    }
    members = {
        "description": lambda: draw(st.sampled_from(["{}", "'{}'\n"])).format(text("description")),
        "enabled": flag,
        "suppressionEnabled": flag,
        "suppressionDuration": duration,
        "tactics": lambda: texts("tactic"),
        "relevantTechniques": techniques,
        "entityMappings": lambda: [
            {"entityType": text("entity"), "fieldMappings": fields()}
            for _ in range(draw(st.integers(0, 2)))
        ],
        "customDetails": lambda: {key: text("custom column") for key in texts("custom detail")},
        "alertDetailsOverride": lambda: (
            {}
            if flag() and flag() and flag()
            else optional(
                {
                    "alertDisplayNameFormat": lambda: text("display name format"),
                    "alertDescriptionFormat": lambda: text("description format"),
                    "alertTacticsColumnName": lambda: text("tactics column"),
                    "alertSeverityColumnName": lambda: text("severity column"),
                    "alertDynamicProperties": dynamic,
                }
            )
        ),
        "eventGroupingSettings": lambda: {"aggregationKind": text("aggregation")},
        "incidentConfiguration": lambda: {
            "createIncident": flag(),
            **optional({"groupingConfiguration": grouping}),
        },
        "sentinelEntitiesMappings": lambda: [
            {"columnName": name}
            for name in (texts("entities column") if "entities" in newer else [])
        ],
    }
    return {
        "id": text("id"),
        "name": text("name"),
        "severity": text("severity"),
        "kind": kind,
        **(schedule if kind != "NRT" else {}),
        **optional(members),
    }
