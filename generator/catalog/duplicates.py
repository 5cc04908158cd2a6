"""Ids and names that are taken: by another detection, or by one that was retired.

Documents with other faults take part, so that mending those does not bring up new ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.catalog.detection import RetiredDetection
from generator.catalog.discovery import RETIRED_FILE
from generator.catalog.seat import Seat
from generator.findings import Code, InDocument, Problem, Severity
from generator.text.source_text import SourceText

DUPLICATE_ID = Code(
    "SG032",
    summary="Duplicate id",
    explanation=(
        "The id is the rule's resource name, so two detections with one id would overwrite each "
        "other. Give the newer one an id of its own."
    ),
    severity=Severity.ERROR,
    source="Azure Resource Manager: names of resources of one type are unique in their scope.",
    waivable=False,
)
DUPLICATE_NAME = Code(
    "SG033",
    summary="Duplicate name",
    explanation=(
        "Analytics rules have unique names in a workspace, and analysts tell alerts apart by "
        "them. Say in the name what distinguishes this detection."
    ),
    severity=Severity.ERROR,
    source=(
        "Microsoft Learn, Create a scheduled analytics rule: the name is unique in the workspace."
    ),
    waivable=False,
)
RETIRED_ID = Code(
    "SG034",
    summary="Id that was retired",
    explanation=(
        "detections/retired.yaml says that the rule of this id is to be deleted, and the "
        "detection says that it is to be deployed. Remove the entry to bring the detection back, "
        "or give a new detection an id of its own."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """The id and the name that a document claims, None where it holds no such text."""

    source: SourceText
    slug: str
    id: str | None
    name: str | None


def duplicate_problems(claims: Iterable[Claim], seat: Seat) -> Iterator[tuple[Claim, Problem]]:
    """Yield each claim to an id or a name that an earlier one of the kind has.

    Ids are compared without regard to case, as Azure compares resource names; names as they are,
    and only where those of the kind are unique.
    """
    ids: dict[str, Claim] = {}
    taken: dict[str, Claim] = {}
    for claim in claims:
        first = ids.setdefault(claim.id.lower(), claim) if claim.id is not None else claim
        if first is not claim:
            yield (
                claim,
                Problem(
                    DUPLICATE_ID,
                    f"{first.source.file} has the same {seat.id_key}",
                    InDocument((seat.id_key,)),
                    f"give the newer {seat.what} an {seat.id_key} of its own",
                ),
            )
        is_free = claim.name is None or not seat.unique_names
        first = claim if is_free else taken.setdefault(str(claim.name), claim)
        if first is not claim:
            yield (
                claim,
                Problem(
                    DUPLICATE_NAME,
                    f"{first.source.file} has the same name",
                    InDocument(("name",)),
                    "names are unique in a workspace: say what tells the two apart",
                ),
            )


def retired_id_problems(
    claims: Iterable[Claim], seat: Seat, retired: Iterable[RetiredDetection]
) -> Iterator[tuple[Claim, Problem]]:
    """Yield each claim to an id that was retired: its rule would be both deleted and deployed."""
    gone = {entry.id.lower(): entry for entry in retired if entry.kind == seat.kind}
    for claim in claims:
        entry = gone.get(claim.id.lower()) if claim.id is not None else None
        if entry is not None:
            yield (
                claim,
                Problem(
                    RETIRED_ID,
                    f"this {seat.id_key} was retired on {entry.retired}",
                    InDocument((seat.id_key,)),
                    f"remove the entry from {RETIRED_FILE}, or give this one a new {seat.id_key}",
                ),
            )
