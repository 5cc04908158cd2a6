"""`detections/retired.yaml`: ids that stay ours after their documents are gone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.catalog.detection import FileProblem, RetiredDetection
from generator.catalog.discovery import RETIRED_FILE
from generator.catalog.entry_lists import load_entries
from generator.catalog.seat import Seat
from generator.findings import Code, InDocument, Problem, Severity
from generator.text.near_names import did_you_mean

RETIRED_SCHEMA = "retired.schema.json"

_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)

RETIRED_KIND = Code(
    "SG035",
    summary="Retired entry of no kind of content",
    explanation=(
        "What an entry keeps ours is of one kind of content, which `kind` names; without it the "
        "folder of `path` does. The two have to agree with each other, and with a kind that "
        "there is: otherwise nobody knows what in a workspace the entry is about."
    ),
    severity=Severity.ERROR,
    source="Our own decision: what we own is known without a state file.",
    waivable=False,
)


def load_retired(
    root: Path, seats: Sequence[Seat]
) -> tuple[tuple[RetiredDetection, ...], tuple[FileProblem, ...]]:
    """Read what is retired in a content repository, in the order of the file."""
    entries, source, problems = load_entries(root, RETIRED_FILE, RETIRED_SCHEMA)
    found = [
        problem
        for index, entry in enumerate(entries)
        for problem in _of_no_kind(entry, index, seats)
    ]
    if found:
        return (), (*problems, *(FileProblem(source, None, problem) for problem in found))
    retired = (RetiredDetection(**{"kind": _kind(entry, seats), **entry}) for entry in entries)
    return tuple(retired), problems


def _kind(entry: Mapping[str, Any], seats: Sequence[Seat]) -> str | None:
    return next((seat.kind for seat in seats if seat.claims(entry["path"])), None)


def _of_no_kind(entry: Mapping[str, Any], index: int, seats: Sequence[Seat]) -> Iterator[Problem]:
    by_path = _kind(entry, seats)
    kind = entry.get("kind", by_path)
    known = [seat.kind for seat in seats]
    if kind is None:
        yield Problem(
            RETIRED_KIND,
            f"{entry['path']!r} lies in the folder of no kind of content",
            InDocument((index, "path")),
            f"say the kind, one of {', '.join(known)}",
        )
    elif kind not in known:
        message = f"{kind!r} is no kind of content{did_you_mean(kind, known)}"
        yield Problem(RETIRED_KIND, message, InDocument((index, "kind")))
    elif by_path not in (None, kind):
        yield Problem(
            RETIRED_KIND,
            f"kind is {kind!r}, and the path is that of {by_path!r}",
            InDocument((index, "kind")),
            f"write kind: {by_path}, or remove it",
        )
    elif not _is_named_so(entry["id"], next(seat for seat in seats if seat.kind == kind)):
        message = f"{entry['id']!r} is no GUID, and that is what names a {kind}"
        yield Problem(RETIRED_KIND, message, InDocument((index, "id")))


def _is_named_so(id_: str, seat: Seat) -> bool:
    """Tell whether a document of a kind can have this id; names of people's choice are any."""
    return seat.id_key != "id" or _GUID.fullmatch(id_) is not None
