"""Tables for `sentinelgen query` made of exported files: typed by the schema or by their values.

Unlike a fixture, an export may hold columns that no list names, because published lists lag behind
the service; they get the types that their values show.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from generator.detection_tests.cells import UnusableCellError, exported_cell, shown_type
from generator.detection_tests.event_files import EventFileError, EventRow, read_event_file
from generator.findings import InFile
from generator.kql.environment import Environment, TableSchema
from generator.kql_evaluator.errors import UnsupportedArgumentError
from generator.kql_evaluator.parsing import parse_json
from generator.kql_evaluator.table import Column, Table
from generator.kql_evaluator.values import Value, null_of

_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?"
    r"|\d{1,2}/\d{1,2}/\d{4},? \d{1,2}:\d{2}:\d{2}(\.\d+)?( [AP]M)?",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_SPAN = re.compile(r"-?(\d+\.)?\d{2}:\d{2}:\d{2}(\.\d{1,7})?")


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """A table of a file: its schema for the language service, and its rows for the evaluator."""

    schema: TableSchema
    table: Table


def read_table(name: str, path: Path, environment: Environment, now: datetime) -> ExportedTable:
    """Read a table from a file of events.

    Columns that the environment declares for `name` have their declared types. Raises
    EventFileError for a file that cannot be used.
    """
    file = str(path)
    rows = read_event_file(path, file)
    declared = environment.tables.get(name)
    columns = dict(declared.columns) if declared else {}
    for column in dict.fromkeys(key for row in rows for key in row.values):
        if column not in columns:
            columns[column] = shown_column_type([row.values.get(column) for row in rows])
    typed = tuple(
        tuple(_cell(row, column, kql_type, file, now) for column, kql_type in columns.items())
        for row in rows
    )
    schema = TableSchema(name, tuple(columns.items()), declared.is_open if declared else False)
    return ExportedTable(schema, Table(tuple(Column(*item) for item in columns.items()), typed))


def shown_column_type(values: Iterable[Any]) -> str:
    """Return the KQL type that a column's values show; text where they do not agree.

    Text shows what all of it can be read as: times, numbers, true and false, JSON objects.
    """
    present = [value for value in values if value is not None and value != ""]
    texts = [value for value in present if isinstance(value, str)]
    if not present:
        return "string"
    if len(texts) == len(present):
        return next((name for name, reads in _TEXT_TYPES if all(map(reads, texts))), "string")
    shown = {shown_type(value) for value in present}
    if len(shown) == 1:
        return shown.pop()
    return "real" if shown == {"long", "real"} else "dynamic"


def _is_structure(text: str) -> bool:
    try:
        return text[:1] in ("{", "[") and isinstance(parse_json(text), dict | list)
    except UnsupportedArgumentError:
        return True  # reading the cell says what is wrong with it


_TEXT_TYPES: Sequence[tuple[str, Callable[[str], bool]]] = (
    ("datetime", lambda text: _TIME.fullmatch(text) is not None),
    ("bool", lambda text: text.lower() in {"true", "false"}),
    ("long", lambda text: _WHOLE.fullmatch(text) is not None),
    ("real", lambda text: _NUMBER.fullmatch(text) is not None),
    ("timespan", lambda text: _SPAN.fullmatch(text) is not None),
    ("dynamic", _is_structure),
)


def _cell(row: EventRow, column: str, kql_type: str, file: str, now: datetime) -> Value:
    value = row.values.get(column)
    if value is None:
        return null_of(kql_type)
    try:
        return exported_cell(value, kql_type, now)
    except UnusableCellError as error:
        message = f"{column} is of type {kql_type}: {error}"
        raise EventFileError(message, InFile(file, row.line)) from None
