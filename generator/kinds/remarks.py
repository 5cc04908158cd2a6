"""What loads and is still worth a word, whichever kind of content it is of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from generator.catalog.community import normalise_tactic, strip_description_quotes
from generator.catalog.seat import Remark
from generator.findings import Code, InDocument, Problem, Severity
from generator.text.schema import load_schema

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


def ignored_keys(package: str, file: str) -> Remark:
    """Return what yields the keys of a document that its schema calls deprecated."""

    @cache
    def keys() -> frozenset[str]:
        return load_schema(package, file).deprecated_keys()

    def ignored(document: Mapping[str, Any]) -> Iterator[Problem]:
        for key in document.keys() & keys():
            yield Problem(
                IGNORED_KEY,
                f"{key!r} is read and used nowhere",
                InDocument((key,), "key"),
                "remove it",
            )

    return ignored


def connectors(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is unusual about the data connectors."""
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


def upper_case(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a word on an id in upper case."""
    identifier = document["id"]
    if identifier != identifier.lower():
        yield Problem(
            ID_IN_UPPER_CASE,
            f"id {identifier!r} has upper-case letters; it is kept as it is",
            InDocument(("id",)),
        )


def tactics(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a word on each tactic that is set right."""
    for index, tactic in enumerate(document.get("tactics", ())):
        if normalise_tactic(tactic) != tactic:
            yield Problem(
                BLANK_IN_TACTIC,
                f"the tactic {tactic!r} becomes {normalise_tactic(tactic)!r}",
                InDocument(("tactics", index)),
            )


def quotes(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a word on quotes that are taken away from around the description."""
    description = document.get("description", "")
    if strip_description_quotes(description) != description:
        yield Problem(
            QUOTED_DESCRIPTION,
            "the quotes around the whole description are left out",
            InDocument(("description",)),
        )
