"""What loads and is still worth a word: keys without effect, and what is set right on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from generator.findings import Code, InDocument, Problem, Severity
from generator.kinds.remarks import connectors, ignored_keys, quotes, tactics, upper_case

SCHEMA_PACKAGE, SCHEMA_FILE = "generator.kinds.analytic_rule", "schema.json"
"""The form of a detection."""

KIND_INFERRED = Code(
    "SG042",
    summary="No kind, so Scheduled",
    explanation=(
        "Older community rules have no kind. A schedule makes the rule Scheduled; write `kind: "
        "Scheduled` to say so."
    ),
    severity=Severity.NOTE,
    source=(
        "Azure/Azure-Sentinel, the rules' YAML and its packager "
        "(Tools/Create-Azure-Sentinel-Solution)."
    ),
)


def _kind(document: Mapping[str, Any]) -> Iterator[Problem]:
    if "kind" not in document:
        yield Problem(
            KIND_INFERRED,
            "there is no kind, so the schedule makes it Scheduled",
            InDocument((), "key"),
            "write kind: Scheduled",
        )


REMARKS: tuple[Callable[[Mapping[str, Any]], Iterator[Problem]], ...] = (
    ignored_keys(SCHEMA_PACKAGE, SCHEMA_FILE),
    connectors,
    upper_case,
    _kind,
    tactics,
    quotes,
)
"""Each on its own, so that what one of them cannot read does not hide what the others say."""
