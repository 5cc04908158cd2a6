"""Places of problems in detections, templates and tests files become ranges of files."""

from __future__ import annotations

from generator.catalog.detection import Detection
from generator.findings import InDocument, InFile, InQuery, InText, Place
from generator.kql.rendering import Rendering
from generator.text.positions import resolve, resolve_offsets
from generator.text.source_text import SourceText


def in_file(place: Place, source: SourceText) -> InFile:
    """Return where a place in a YAML file stands."""
    if isinstance(place, InFile):
        return place
    if isinstance(place, InQuery):
        return resolve(source, InDocument(("query",)))
    return resolve(source, place)


def in_query(place: InQuery, detection: Detection, rendering: Rendering) -> InFile:
    """Return where a part of the rendered query was written: in the detection or a template."""
    origin, start, end = rendering.origin_of(place.start, place.end)
    if origin is not None:
        return resolve_offsets(origin, start, end)
    return resolve(detection.source, InText(("query",), start, end))
