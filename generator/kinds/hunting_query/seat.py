"""Where hunting queries lie in a content repository, and what is said of them at loading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.catalog.seat import Seat
from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.remarks import connectors, ignored_keys, quotes, tactics, upper_case

SCHEMA_PACKAGE, SCHEMA_FILE = "generator.kinds.hunting_query", "schema.json"

DETECTION = Code(
    "SG027",
    summary="Detection in the folder of hunting queries",
    explanation=(
        "With a kind and a whole schedule, or as an NRT rule, the document is an analytics rule: "
        "as a hunting query nothing would ever run it. Move the file below detections/, or remove "
        "kind and schedule."
    ),
    severity=Severity.ERROR,
    source="Our own decision: a kind of content is claimed by its folder alone.",
    waivable=False,
)

_SCHEDULE = {"queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold"}


def _detection(document: Mapping[str, Any]) -> Iterator[Problem]:
    kind = document.get("kind")
    if kind == "NRT" or (kind == "Scheduled" and document.keys() >= _SCHEDULE):
        yield Problem(
            DETECTION,
            f"this is a detection (kind: {kind}), not a hunting query",
            InDocument(("kind",), "key"),
            "move the file to detections/AREA/SLUG.yaml, or remove kind and schedule",
        )


SEAT = Seat(
    "hunting-query",
    "hunting query",
    "hunting",
    SCHEMA_PACKAGE,
    SCHEMA_FILE,
    labels_begin="hunting/",
    remarks=(
        ignored_keys(SCHEMA_PACKAGE, SCHEMA_FILE),
        connectors,
        upper_case,
        _detection,
        tactics,
        quotes,
    ),
    unique_names=False,
)
