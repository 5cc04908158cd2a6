"""`sentinelgen.yaml` as a document: read like every other file, checked against its schema.

YAML 1.1 reads `on` and `off` as true and false; where the format has the words, they are put back
before the schema sees them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from generator.catalog.schema import load_schema
from generator.disk.text_files import read_source
from generator.findings import InDocument, InFile, Problem
from generator.text.positions import resolve
from generator.text.schema import schema_problems, without_nulls
from generator.text.source_text import SourceText
from generator.text.yaml_text import load_yaml, loads_to_nothing

CONFIGURATION_SCHEMA = "configuration.schema.json"


def read_configuration_file(path: Path, file: str) -> tuple[dict[str, Any], list[str]]:
    """Return the document and its faults, each one line that begins with file, line and column."""
    source = read_source(path, file)
    if isinstance(source, Problem):
        return {}, [_fault(source, file)]
    if loads_to_nothing(source):
        return {}, []
    loaded = load_yaml(source)
    problems = loaded.problems
    document = loaded.value
    if not problems:
        schema = load_schema(CONFIGURATION_SCHEMA)
        document = _with_words(without_nulls(document, schema.definition))
        problems = schema_problems(document, schema)
    return document, [_fault(problem, file, source) for problem in problems]


def _fault(problem: Problem, file: str, source: SourceText | None = None) -> str:
    at = problem.place
    if source is not None and isinstance(at, InDocument):
        at = resolve(source, at)
    if not isinstance(at, InFile):
        at = InFile(file)
    help_ = f" ({problem.help})" if problem.help else ""
    return f"{at.file}:{at.line}:{at.column}: {problem.message}{help_}"


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
