"""What loads and is still worth a word: keys without effect, and what is set right on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from generator.catalog.community import normalise_tactic, strip_description_quotes
from generator.catalog.schema import load_schema
from generator.findings import InDocument, Problem


@cache
def _ignored_keys() -> frozenset[str]:
    return load_schema().deprecated_keys()


def remarks(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield warnings and notes on a document that has passed the schema."""
    for remark in REMARKS:
        yield from remark(document)


def _ignored(document: Mapping[str, Any]) -> Iterator[Problem]:
    for key in document.keys() & _ignored_keys():
        yield Problem(
            "SG040", f"{key!r} is read and used nowhere", InDocument((key,), "key"), "remove it"
        )


def _connectors(document: Mapping[str, Any]) -> Iterator[Problem]:
    connectors = document.get("requiredDataConnectors", [])
    if isinstance(connectors, Mapping):
        yield Problem(
            "SG041",
            "requiredDataConnectors is a mapping, not a list; it is read and used nowhere",
            InDocument(("requiredDataConnectors",), "key"),
            "write a list of {connectorId, dataTypes}",
        )
        return
    for index, connector in enumerate(connectors):
        if "datatypes" in connector:
            yield Problem(
                "SG040",
                "'datatypes' is read and used nowhere",
                InDocument(("requiredDataConnectors", index, "datatypes"), "key"),
                "write dataTypes",
            )


def _upper_case(document: Mapping[str, Any]) -> Iterator[Problem]:
    identifier = document["id"]
    if identifier != identifier.lower():
        yield Problem(
            "SG031",
            f"id {identifier!r} has upper-case letters; it is kept as it is",
            InDocument(("id",)),
        )


def _kind(document: Mapping[str, Any]) -> Iterator[Problem]:
    if "kind" not in document:
        yield Problem(
            "SG042",
            "there is no kind, so the schedule makes it Scheduled",
            InDocument((), "key"),
            "write kind: Scheduled",
        )


def _tactics(document: Mapping[str, Any]) -> Iterator[Problem]:
    for index, tactic in enumerate(document.get("tactics", ())):
        if normalise_tactic(tactic) != tactic:
            yield Problem(
                "SG043",
                f"the tactic {tactic!r} becomes {normalise_tactic(tactic)!r}",
                InDocument(("tactics", index)),
            )


def _quotes(document: Mapping[str, Any]) -> Iterator[Problem]:
    description = document.get("description", "")
    if strip_description_quotes(description) != description:
        yield Problem(
            "SG044",
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
