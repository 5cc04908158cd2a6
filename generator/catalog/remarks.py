"""What loads and is still worth a word: keys without effect, and what is set right on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    for key in document.keys() & _ignored_keys():
        yield Problem(
            "SG040", f"{key!r} is read and used nowhere", InDocument((key,), "key"), "remove it"
        )
    yield from _connector_remarks(document.get("requiredDataConnectors", []))
    identifier = document["id"]
    if identifier != identifier.lower():
        yield Problem(
            "SG031",
            f"id {identifier!r} has upper-case letters; it is kept as it is",
            InDocument(("id",)),
        )
    if "kind" not in document:
        yield Problem(
            "SG042",
            "there is no kind, so the schedule makes it Scheduled",
            InDocument((), "key"),
            "write kind: Scheduled",
        )
    for index, tactic in enumerate(document.get("tactics", ())):
        if normalise_tactic(tactic) != tactic:
            yield Problem(
                "SG043",
                f"the tactic {tactic!r} becomes {normalise_tactic(tactic)!r}",
                InDocument(("tactics", index)),
            )
    description = document.get("description", "")
    if strip_description_quotes(description) != description:
        yield Problem(
            "SG044",
            "the quotes around the whole description are left out of the rule",
            InDocument(("description",)),
        )


def _connector_remarks(connectors: Any) -> Iterator[Problem]:
    if isinstance(connectors, dict):
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
