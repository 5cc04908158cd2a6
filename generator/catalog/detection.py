"""Detections as their authors wrote them, and the catalog that holds them.

Nothing here is interpreted: a `Detection` is a document that has passed the schema. What it means
to Sentinel is decided in `generator.kinds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.catalog.configuration import Configuration
from generator.findings import InFile, Problem
from generator.text.source_text import SourceText

if TYPE_CHECKING:
    from generator.catalog.partial import PartialDetection


@dataclass(frozen=True, slots=True)
class Detection:
    """One document of content as written.

    `slug` is what people call it, AREA/SLUG for a detection: the file's path below `detections/`
    without `.yaml`. `document` has the shape that the schema demands, with the values as written
    (durations are still text). `id_key` is the member that names the resource.
    """

    slug: str
    source: SourceText
    document: Mapping[str, Any]
    id_key: str = "id"

    @property
    def id(self) -> str:
        """The name of the resource in Azure, the GUID of a detection."""
        return str(self.document[self.id_key])

    @property
    def name(self) -> str:
        """The display name."""
        return str(self.document["name"])


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A problem and the file that it was found in, where no detection could be made of it.

    `source` is None for a file that could not be read as text; the place is then `InFile`.
    """

    source: SourceText | None
    slug: str | None
    problem: Problem

    @property
    def file(self) -> str | None:
        """The file relative to the content root; None where neither source nor place names it."""
        if self.source is not None:
            return self.source.file
        return self.problem.place.file if isinstance(self.problem.place, InFile) else None


@dataclass(frozen=True, slots=True)
class RetiredDetection:
    """An entry of `detections/retired.yaml`: an id that is ours although no document has it.

    `kind` is the name of a kind of content.
    """

    kind: str
    id: str
    path: str
    name: str
    retired: str
    reason: str


@dataclass(frozen=True, slots=True)
class NotDetectable:
    """An entry of `detections/not-detectable.yaml`: a row of the guide that no log can show."""

    row: str
    reason: str
    check: str
    every: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """The content of one content repository, kind by kind and in the order of the slugs.

    `partial` are detections with errors that are looked at further as far as they are usable.
    """

    root: Path
    configuration: Configuration
    detections: tuple[Detection, ...]
    retired: tuple[RetiredDetection, ...]
    not_detectable: tuple[NotDetectable, ...]
    problems: tuple[FileProblem, ...]
    partial: tuple[PartialDetection, ...] = ()
