"""What loads and is still worth a word: keys without effect, and what is set right on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from generator.catalog.community import normalise_tactic, strip_description_quotes
from generator.findings import Code, InDocument, Problem, Severity
from generator.text.schema import load_schema

SCHEMA_PACKAGE, SCHEMA_FILE = "generator.kinds.analytic_rule", "schema.json"
"""The form of a detection."""

ID_IN_UPPER_CASE = Code(
    "SG031",
    summary="Id with upper-case letters",
    explanation=(
        "The id is kept as it is, because the rule may be deployed under it. Azure ignores case "
        "in names, other tools do not: write new ids in lower case."
    ),
    severity=Severity.WARNING,
    source="Our own decision.",
    waivable=False,
    superseded_by=("SG030",),
)
IGNORED_KEY = Code(
    "SG040",
    summary="Key without effect",
    explanation=(
        "Official and community files hold the key, and tools of theirs use it. Nothing of it "
        "reaches the rule; remove it unless the file is kept as it came."
    ),
    severity=Severity.WARNING,
    source=(
        "Azure/Azure-Sentinel, the rules' YAML and its packager "
        "(Tools/Create-Azure-Sentinel-Solution)."
    ),
)
CONNECTORS_AS_MAPPING = Code(
    "SG041",
    summary="requiredDataConnectors is a mapping",
    explanation=(
        "Microsoft's format is a list of {connectorId, dataTypes}. The value is informative, so "
        "the rule is the same; tools that read the connectors will not find them."
    ),
    severity=Severity.WARNING,
    source=(
        "Azure/Azure-Sentinel, the rules' YAML and its packager "
        "(Tools/Create-Azure-Sentinel-Solution)."
    ),
)
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
BLANK_IN_TACTIC = Code(
    "SG043",
    summary="Blank inside a tactic",
    explanation=(
        'The service knows LateralMovement, not "Lateral Movement". The blank is removed, as '
        "Microsoft's packager does."
    ),
    severity=Severity.NOTE,
    source=(
        "Azure/Azure-Sentinel, the rules' YAML and its packager "
        "(Tools/Create-Azure-Sentinel-Solution)."
    ),
)
QUOTED_DESCRIPTION = Code(
    "SG044",
    summary="Quotes around the description",
    explanation=(
        "In a block text the quotes belong to the text. They are removed, as Microsoft's packager "
        "does; remove them in the file."
    ),
    severity=Severity.NOTE,
    source=(
        "Azure/Azure-Sentinel, the rules' YAML and its packager "
        "(Tools/Create-Azure-Sentinel-Solution)."
    ),
)


@cache
def _ignored_keys() -> frozenset[str]:
    return load_schema(SCHEMA_PACKAGE, SCHEMA_FILE).deprecated_keys()


def _ignored(document: Mapping[str, Any]) -> Iterator[Problem]:
    for key in document.keys() & _ignored_keys():
        yield Problem(
            IGNORED_KEY, f"{key!r} is read and used nowhere", InDocument((key,), "key"), "remove it"
        )


def _connectors(document: Mapping[str, Any]) -> Iterator[Problem]:
    connectors = document.get("requiredDataConnectors", [])
    if isinstance(connectors, Mapping):
        yield Problem(
            CONNECTORS_AS_MAPPING,
            "requiredDataConnectors is a mapping, not a list; it is read and used nowhere",
            InDocument(("requiredDataConnectors",), "key"),
            "write a list of {connectorId, dataTypes}",
        )
        return
    for index, connector in enumerate(connectors):
        if "datatypes" in connector:
            yield Problem(
                IGNORED_KEY,
                "'datatypes' is read and used nowhere",
                InDocument(("requiredDataConnectors", index, "datatypes"), "key"),
                "write dataTypes",
            )


def _upper_case(document: Mapping[str, Any]) -> Iterator[Problem]:
    identifier = document["id"]
    if identifier != identifier.lower():
        yield Problem(
            ID_IN_UPPER_CASE,
            f"id {identifier!r} has upper-case letters; it is kept as it is",
            InDocument(("id",)),
        )


def _kind(document: Mapping[str, Any]) -> Iterator[Problem]:
    if "kind" not in document:
        yield Problem(
            KIND_INFERRED,
            "there is no kind, so the schedule makes it Scheduled",
            InDocument((), "key"),
            "write kind: Scheduled",
        )


def _tactics(document: Mapping[str, Any]) -> Iterator[Problem]:
    for index, tactic in enumerate(document.get("tactics", ())):
        if normalise_tactic(tactic) != tactic:
            yield Problem(
                BLANK_IN_TACTIC,
                f"the tactic {tactic!r} becomes {normalise_tactic(tactic)!r}",
                InDocument(("tactics", index)),
            )


def _quotes(document: Mapping[str, Any]) -> Iterator[Problem]:
    description = document.get("description", "")
    if strip_description_quotes(description) != description:
        yield Problem(
            QUOTED_DESCRIPTION,
            "the quotes around the whole description are left out of the rule",
            InDocument(("description",)),
        )


REMARKS: tuple[Callable[[Mapping[str, Any]], Iterator[Problem]], ...] = (
    _ignored,
    _connectors,
    _upper_case,
    _kind,
    _tactics,
    _quotes,
)
"""Each on its own, so that what one of them cannot read does not hide what the others say."""
