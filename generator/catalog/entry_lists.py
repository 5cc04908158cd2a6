"""The lists beside the detections: one YAML file, one schema, one entry per item."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from generator.catalog.detection import FileProblem
from generator.catalog.schema import load_schema
from generator.disk.text_files import byte_order_mark_notes, read_content
from generator.findings import Problem
from generator.text.source_text import SourceText
from generator.text.strict_document import DocumentFormat, read_document


def load_entries(
    root: Path, file: str, schema_name: str
) -> tuple[list[dict[str, Any]], SourceText | None, tuple[FileProblem, ...]]:
    """Read the entries of a list file, strictly; there are none where the file is absent or empty.

    Returned are the entries, the text that they stand in where it can be read, and problems.
    Entries come only from a file without faults; a byte order mark at its beginning is noted and
    is none. `file` is relative to the content root.
    """
    path = root / file
    if not path.is_symlink() and not path.exists():
        return [], None, ()
    source = read_content(root, file)
    if isinstance(source, Problem):
        return [], None, (FileProblem(None, None, source),)
    format_ = DocumentFormat(schema_for=lambda _document: load_schema(schema_name), empty=[])
    document = read_document(source, format_)
    notes = tuple(FileProblem(source, None, note) for note in byte_order_mark_notes(source))
    problems = tuple(FileProblem(source, None, problem) for problem in document.problems)
    return [] if problems else document.value, source, (*notes, *problems)
