"""Ids and names that are taken: by another detection, or by one that was retired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.catalog.detection import Detection, RetiredDetection
from generator.catalog.discovery import RETIRED_FILE
from generator.findings import InDocument, Problem


def duplicate_problems(detections: Iterable[Detection]) -> Iterator[tuple[Detection, Problem]]:
    """Yield each detection that repeats an earlier one's id or name.

    Ids are compared without regard to case, as Azure compares resource names; names as they are.
    """
    ids: dict[str, Detection] = {}
    names: dict[str, Detection] = {}
    for detection in detections:
        first = ids.setdefault(detection.id.lower(), detection)
        if first is not detection:
            yield (
                detection,
                Problem(
                    "SG032",
                    f"{first.source.file} has the same id",
                    InDocument(("id",)),
                    "give the newer detection an id of its own",
                ),
            )
        first = names.setdefault(detection.name, detection)
        if first is not detection:
            yield (
                detection,
                Problem(
                    "SG033",
                    f"{first.source.file} has the same name",
                    InDocument(("name",)),
                    "names are unique in a workspace: say what tells the two apart",
                ),
            )


def retired_id_problems(
    detections: Iterable[Detection], retired: Iterable[RetiredDetection]
) -> Iterator[tuple[Detection, Problem]]:
    """Yield each detection whose id was retired: its rule would be both deleted and deployed."""
    gone = {entry.id.lower(): entry for entry in retired}
    for detection in detections:
        entry = gone.get(detection.id.lower())
        if entry is not None:
            yield (
                detection,
                Problem(
                    "SG034",
                    f"this id was retired on {entry.retired}",
                    InDocument(("id",)),
                    f"remove the entry from {RETIRED_FILE}, or give this one a new id",
                ),
            )
