"""The lists beside the detections: one YAML file, one schema, one entry per item."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from generator.catalog.detection import FileProblem
from generator.catalog.links import link_problem
from generator.catalog.schema import load_schema, schema_problems
from generator.catalog.text_files import byte_order_mark_notes, read_source
from generator.catalog.yaml_text import load_yaml, loads_to_nothing
from generator.findings import Problem


def load_entries(
    root: Path, file: str, schema_name: str
) -> tuple[list[dict[str, Any]], tuple[FileProblem, ...]]:
    """Read the entries of a list file, strictly; there are none where the file is absent or empty.

    Entries come only from a file without faults; a byte order mark at its beginning is noted and
    is none. `file` is relative to the content root.
    """
    path = root / file
    if not path.is_symlink() and not path.exists():
        return [], ()
    source = link_problem(path, file, root.resolve()) or read_source(path, file)
    if isinstance(source, Problem):
        return [], (FileProblem(None, None, source),)
    notes = tuple(FileProblem(source, None, note) for note in byte_order_mark_notes(source))
    if loads_to_nothing(source):
        return [], notes
    loaded = load_yaml(source)
    problems = loaded.problems or schema_problems(loaded.value, load_schema(schema_name))
    if problems:
        return [], (*notes, *(FileProblem(source, None, problem) for problem in problems))
    return loaded.value, notes
