"""Ids and names that are taken: by another detection, or by one that was retired.

Documents with other faults take part, so that mending those does not bring up new ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.catalog.detection import RetiredDetection
from generator.catalog.discovery import RETIRED_FILE
from generator.findings import InDocument, Problem
from generator.text.source_text import SourceText


@dataclass(frozen=True, slots=True)
class Claim:
    """The id and the name that a document claims, None where it holds no such text."""

    source: SourceText
    slug: str
    id: str | None
    name: str | None


def duplicate_problems(claims: Iterable[Claim]) -> Iterator[tuple[Claim, Problem]]:
    """Yield each claim to an id or a name that an earlier one has.

    Ids are compared without regard to case, as Azure compares resource names; names as they are.
    """
    ids: dict[str, Claim] = {}
    names: dict[str, Claim] = {}
    for claim in claims:
        first = ids.setdefault(claim.id.lower(), claim) if claim.id is not None else claim
        if first is not claim:
            yield (
                claim,
                Problem(
                    "SG032",
                    f"{first.source.file} has the same id",
                    InDocument(("id",)),
                    "give the newer detection an id of its own",
                ),
            )
        first = names.setdefault(claim.name, claim) if claim.name is not None else claim
        if first is not claim:
            yield (
                claim,
                Problem(
                    "SG033",
                    f"{first.source.file} has the same name",
                    InDocument(("name",)),
                    "names are unique in a workspace: say what tells the two apart",
                ),
            )


def retired_id_problems(
    claims: Iterable[Claim], retired: Iterable[RetiredDetection]
) -> Iterator[tuple[Claim, Problem]]:
    """Yield each claim to an id that was retired: its rule would be both deleted and deployed."""
    gone = {entry.id.lower(): entry for entry in retired}
    for claim in claims:
        entry = gone.get(claim.id.lower()) if claim.id is not None else None
        if entry is not None:
            yield (
                claim,
                Problem(
                    "SG034",
                    f"this id was retired on {entry.retired}",
                    InDocument(("id",)),
                    f"remove the entry from {RETIRED_FILE}, or give this one a new id",
                ),
            )
