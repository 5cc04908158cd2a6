"""A content repository becomes a catalog: every file read, every problem kept, nothing raised.

Loading decides only whether a document is a detection. What a detection means is decided in
`generator.kinds`, whether it is good in `generator.checks`. Node trees are dropped as soon as a
document has been read; positions are computed anew where they are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.catalog.configuration import Configuration
from generator.catalog.detection import Catalog, Detection, FileProblem
from generator.catalog.discovery import discover, reserved_area_problem
from generator.catalog.duplicates import Claim, duplicate_problems, retired_id_problems
from generator.catalog.not_detectable import load_not_detectable
from generator.catalog.partial import NOT_LOOKED_AT, Look, PartialDetection, look_at
from generator.catalog.retired import load_retired
from generator.catalog.seat import Seat
from generator.disk.text_files import byte_order_mark_notes, read_source
from generator.findings import InDocument, Problem
from generator.text.reporting import MAX_PROBLEMS, first_problems
from generator.text.schema import HUNTING_QUERY, NO_GUID, schema_problems, without_nulls
from generator.text.source_text import SourceText
from generator.text.yaml_text import around_unusable, load_yaml

_TOO_MANY = Problem(
    NOT_LOOKED_AT,
    "nothing else was looked at, because of the errors in this file",
    InDocument((), "key"),
    "mend them and validate again: there may be more to mend",
)


@dataclass(frozen=True, slots=True)
class LoadedText:
    """What one text holds: a detection unless the problems are too bad, and the problems.

    `partial` is what can be looked at further of a text that holds none, None where nothing can.
    `claim` is the id and the name that it takes; None where the text is no mapping.
    """

    detection: Detection | None
    problems: tuple[Problem, ...]
    claim: Claim | None = None
    partial: PartialDetection | None = None


def load_catalog(root: Path, configuration: Configuration, seats: Sequence[Seat]) -> Catalog:
    """Load everything of some kinds of content from a content repository.

    Problems of all files are in the catalog; a file that holds no detection gives none. Nothing is
    raised for content, whatever it is.
    """
    discovery = discover(root, seats)
    detections: list[Detection] = []
    partial: list[PartialDetection] = []
    claims: dict[str, list[Claim]] = {seat.kind: [] for seat in seats}
    problems = [FileProblem(None, None, problem) for problem in discovery.problems]
    for file in discovery.files:
        source = read_source(file.path, file.file)
        if isinstance(source, Problem):
            problems.append(FileProblem(None, file.slug, source))
            continue
        problems.extend(
            FileProblem(source, file.slug, note) for note in byte_order_mark_notes(source)
        )
        if (problem := reserved_area_problem(file)) is not None:
            problems.append(FileProblem(source, file.slug, problem))
        loaded = load_text(source, file.slug, file.seat)
        if loaded.detection is not None:
            detections.append(loaded.detection)
        if loaded.partial is not None:
            partial.append(loaded.partial)
        if loaded.claim is not None:
            claims[file.seat.kind].append(loaded.claim)
        problems.extend(FileProblem(source, file.slug, problem) for problem in loaded.problems)
    retired, retired_problems = load_retired(root, seats)
    for seat in seats:
        made = claims[seat.kind]
        problems.extend(
            FileProblem(claim.source, claim.slug, problem)
            for claim, problem in (
                *duplicate_problems(made, seat),
                *retired_id_problems(made, seat, retired),
            )
        )
    not_detectable, not_detectable_problems = load_not_detectable(root)
    return Catalog(
        root=root,
        configuration=configuration,
        detections=tuple(detections),
        retired=retired,
        not_detectable=not_detectable,
        problems=(*problems, *retired_problems, *not_detectable_problems),
        partial=tuple(partial),
    )


def load_text(source: SourceText, slug: str, seat: Seat) -> LoadedText:
    """Load one document from its text.

    An id that is no GUID leaves the detection usable for every other check; any other departure
    from YAML or the schema does not. Duplicates need a catalog and are not looked for here.
    """
    loaded = load_yaml(source)
    schema = seat.schema
    document = loaded.value
    if loaded.holds_null:
        document = without_nulls(document, schema.definition)
    problems = loaded.problems
    if not problems:
        problems = schema_problems(document, schema)
    elif isinstance(document, dict):
        problems = (*problems, *around_unusable(document, schema_problems(document, schema)))
    claim = _claim(document, source, slug, seat)
    if any(problem.code != NO_GUID for problem in problems):
        return _partly_loaded(source, slug, document, problems, claim, seat)
    mapping: Mapping[str, Any] = document
    detection = Detection(slug, source, mapping, seat.id_key)
    return LoadedText(detection, (*problems, *first_problems(_remarks(mapping, seat))), claim)


def _partly_loaded(
    source: SourceText,
    slug: str,
    document: Any,
    problems: tuple[Problem, ...],
    claim: Claim | None,
    seat: Seat,
) -> LoadedText:
    # Loads the jsonschema library, which a catalog without a fault never needs.
    from generator.catalog.salvage import salvage  # noqa: PLC0415

    salvaged = salvage(document, seat.schema)
    if salvaged is None:
        is_told = not isinstance(document, dict) or any(
            one.code == HUNTING_QUERY for one in problems
        )
        return LoadedText(None, problems if is_told else (*problems, _TOO_MANY), claim)
    partial = PartialDetection(slug, source, salvaged, id_key=seat.id_key)
    told = [
        problem
        for remark in seat.remarks
        for problem in look_at(partial, _looking(remark), most=MAX_PROBLEMS)
        if problem.code != NOT_LOOKED_AT
    ]
    return LoadedText(None, (*problems, *told), claim, partial)


def _remarks(document: Mapping[str, Any], seat: Seat) -> Iterator[Problem]:
    for remark in seat.remarks:
        yield from remark(document)


def _looking(remark: Callable[[Mapping[str, Any]], Iterator[Problem]]) -> Look:
    return lambda document: remark(document.detection.document)


def _claim(document: Any, source: SourceText, slug: str, seat: Seat) -> Claim | None:
    if not isinstance(document, dict):
        return None
    identifier, name = document.get(seat.id_key), document.get("name")
    return Claim(
        source,
        slug,
        identifier if isinstance(identifier, str) else None,
        name if isinstance(name, str) else None,
    )
