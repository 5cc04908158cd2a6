"""`detections/not-detectable.yaml`: what no log can show, written down instead of faked."""

from __future__ import annotations

from pathlib import Path

from generator.catalog.detection import FileProblem, NotDetectable
from generator.catalog.discovery import NOT_DETECTABLE_FILE
from generator.catalog.entry_lists import load_entries

NOT_DETECTABLE_SCHEMA = "not-detectable.schema.json"


def load_not_detectable(root: Path) -> tuple[tuple[NotDetectable, ...], tuple[FileProblem, ...]]:
    """Read the rows of the guide that are not detectable, in the order of the file."""
    entries, _, problems = load_entries(root, NOT_DETECTABLE_FILE, NOT_DETECTABLE_SCHEMA)
    return tuple(NotDetectable(**entry) for entry in entries), problems
