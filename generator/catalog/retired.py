"""`detections/retired.yaml`: ids that stay ours after their detections are gone."""

from __future__ import annotations

from pathlib import Path

from generator.catalog.detection import FileProblem, RetiredDetection
from generator.catalog.discovery import RETIRED_FILE
from generator.catalog.entry_lists import load_entries

RETIRED_SCHEMA = "retired.schema.json"


def load_retired(root: Path) -> tuple[tuple[RetiredDetection, ...], tuple[FileProblem, ...]]:
    """Read the retired detections of a content repository, in the order of the file."""
    entries, problems = load_entries(root, RETIRED_FILE, RETIRED_SCHEMA)
    return tuple(RetiredDetection(**entry) for entry in entries), problems
