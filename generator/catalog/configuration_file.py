"""`sentinelgen.yaml` as a document: read like every other file, checked against its schema.

YAML 1.1 reads `on` and `off` as true and false; where the format has the words, they are put back
before the schema sees them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from generator.catalog.schema import load_schema
from generator.disk.text_files import read_content
from generator.findings import DocumentPath, InDocument, InFile, Problem
from generator.text.positions import resolve
from generator.text.strict_document import DocumentFormat, as_line, as_lines, read_document

CONFIGURATION_SCHEMA = "configuration.schema.json"


def read_configuration_file(path: Path, file: str) -> tuple[dict[str, Any], list[str]]:
    """Return the document and its faults, each one line that begins with file, line and column."""
    source = read_content(path.parent, file)
    if isinstance(source, Problem):
        place = source.place if isinstance(source.place, InFile) else InFile(file)
        return {}, [as_line(place, source)]
    document = read_document(source, _FORMAT)
    if document.problems:
        return {}, as_lines(source, document.problems)
    return document.value, []


def key_in_file(path: Path, file: str, key: DocumentPath) -> InFile:
    """Return where a key of the document stands; the file's beginning where it is not to be found.

    For faults that show only later, when what the key names is known.
    """
    source = read_content(path.parent, file)
    return InFile(file) if isinstance(source, Problem) else resolve(source, InDocument(key, "key"))


def _with_words(document: Any) -> Any:
    if not isinstance(document, dict):
        return document
    document = dict(document)
    if document.get("kql") in {"on", "off"} and isinstance(document["kql"], str):
        document["kql"] = document["kql"] == "on"
    if isinstance(document.get("checks"), dict):
        document["checks"] = {
            code: "off" if setting is False else setting
            for code, setting in document["checks"].items()
        }
    if isinstance(document.get("tables"), dict):
        document["tables"] = {
            table: _table_with_words(settings) for table, settings in document["tables"].items()
        }
    return document


def _table_with_words(settings: Any) -> Any:
    if isinstance(settings, dict) and settings.get("unknownColumns") is False:
        return {**settings, "unknownColumns": "off"}
    return settings


_FORMAT = DocumentFormat(
    schema_for=lambda _document: load_schema(CONFIGURATION_SCHEMA),
    empty={},
    as_meant=_with_words,
    null_is_absent=True,
    on_and_off=True,
)
