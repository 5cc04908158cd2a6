"""Events of a file as people export them: JSON lines, a JSON array or object, or CSV.

`az monitor log-analytics query` gives a JSON array whose values are text, with a TableName beside
them; the API gives tables of columns and rows; the portal gives CSV whose time columns are called
`TimeGenerated [UTC]`. Types are not looked at here. Files are hostile until read.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from generator.findings import InFile
from generator.kql_evaluator.weights import DEEPEST, weight_of

MAX_FILE_BYTES = 32 * 1024 * 1024
"""Our own limit on a file of events."""

MAX_EVENTS = 200_000
"""Our own limit on the events of one file."""

MOST_COLUMNS = 1000
"""Columns that the events of one file may have together.

A table of Log Analytics has at most 500 (Azure Monitor reference, AzureDiagnostics); what a query
joins may have those of two.
"""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_TABLE_MARKERS = frozenset({"TableName", "$table"})


class EventFileError(Exception):
    """A file of events cannot be used; `place` is where in it, None where it cannot be read."""

    def __init__(self, message: str, place: InFile | None = None) -> None:
        super().__init__(message)
        self.place = place


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as exported. `line` is 1-based; the first line of a JSON document for its events."""

    line: int
    values: Mapping[str, Any]


def read_events(root: Path, folder: Path, name: str) -> tuple[str, list[EventRow]]:
    """Return a file's name from the content root, and its events.

    `folder` is where `name` is relative to, itself relative to `root`. Raises EventFileError.
    """
    file = event_file(root, folder, name)
    return file, read_event_file(root.resolve() / file, file)


def event_file(root: Path, folder: Path, name: str) -> str:
    """Return a file's name from the content root, with its links followed.

    `folder` is where `name` is relative to, itself relative to `root`. Raises EventFileError.
    """
    path = root / folder / name
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        raise EventFileError(f"there is no file {name}") from None
    real_root = root.resolve()
    if PurePosixPath(name).is_absolute() or not real.is_relative_to(real_root):
        raise EventFileError(f"{name} lies outside of the repository and is not read")
    return real.relative_to(real_root).as_posix()


def read_event_file(path: Path, file: str) -> list[EventRow]:
    """Read a file of events. `file` names it in errors. Raises EventFileError."""
    try:
        if not path.is_file():
            raise EventFileError(f"{file} is no file")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise EventFileError(f"{file} is larger than {MAX_FILE_BYTES // 2**20} MiB")
        # PowerShell and Excel put a byte order mark before what they export.
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise EventFileError(f"{file} is not UTF-8 text") from None
    except OSError as error:
        raise EventFileError(f"{file} cannot be read: {error.strerror}") from None
    return parse_events(text, file)


def parse_events(text: str, file: str) -> list[EventRow]:
    """Return the events of a text in any of the forms. Raises EventFileError."""
    start = text.lstrip()[:1]
    if not start:
        raise EventFileError(f"{file} is empty: an export without events has a header, or []")
    try:
        if start == "[":
            rows = list(_of_document(_json(text, file), file))
        elif start == "{":
            rows = _of_objects(text, file)
        else:
            rows = list(_of_csv(text, file))
    except RecursionError:
        raise _too_deep(file, 1) from None
    if len(rows) > MAX_EVENTS:
        raise EventFileError(f"{file} holds more than {MAX_EVENTS:,} events", InFile(file))
    _refuse_excess(rows, file)
    if _SURROGATE.search(text):
        _refuse_half_pairs(rows, file)
    return rows


def _refuse_excess(rows: Iterable[EventRow], file: str) -> None:
    """Raise EventFileError for more columns than a table has, and for values that nest too deeply.

    Every event has a cell for every column, so that each new name costs as much as all events.
    """
    columns: set[str] = set()
    for row in rows:
        columns.update(row.values)
        if len(columns) > MOST_COLUMNS:
            message = f"{file} has more than {MOST_COLUMNS:,} columns, which no table has"
            raise EventFileError(message, InFile(file, row.line))
        for value in row.values.values():
            if isinstance(value, list | dict) and weight_of(value).depth > DEEPEST:
                raise _too_deep(file, row.line)


def _too_deep(file: str, line: int) -> EventFileError:
    message = f"an event has more than {DEEPEST} lists and objects inside each other"
    return EventFileError(message, InFile(file, line))


def _refuse_half_pairs(rows: Iterable[EventRow], file: str) -> None:
    """Raise EventFileError for what JSON can write and no UTF-8 text can hold."""
    for row in rows:
        try:
            json.dumps(row.values, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            message = "this event holds half of a surrogate pair, which is no character"
            raise EventFileError(message, InFile(file, row.line)) from None


def _json(text: str, file: str, line: int = 1) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = InFile(file, line + error.lineno - 1, error.colno)
        raise EventFileError(f"this is no JSON: {error.msg}", place) from None
    except ValueError as error:
        raise EventFileError(f"this is no JSON: {error}", InFile(file, line)) from None
    except RecursionError:
        raise _too_deep(file, line) from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no value of JSON")


def _of_objects(text: str, file: str) -> list[EventRow]:
    """One object: the answer of the API, or a single event. Several lines: an event each."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    try:
        whole = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        whole = None  # the lines say what is wrong, and where
    if isinstance(whole, dict):
        return list(_of_document(whole, file))
    return [_row(_json(line, file, number), number, file) for number, line in lines]


def _of_document(document: Any, file: str) -> Iterator[EventRow]:
    if isinstance(document, dict) and isinstance(document.get("tables"), list):
        for table in document["tables"]:
            yield from _of_api_table(table, file)
    elif isinstance(document, list):
        for event in document:
            yield _row(event, 1, file)
    else:
        yield _row(document, 1, file)


def _of_api_table(table: Any, file: str) -> Iterator[EventRow]:
    try:
        names = [str(column["name"]) for column in table["columns"]]
        rows = list(table["rows"])
    except (KeyError, TypeError):
        message = "a table of an answer has columns with names, and rows"
        raise EventFileError(message, InFile(file)) from None
    for row in rows:
        if not isinstance(row, list) or len(row) != len(names):
            raise EventFileError("a row has not one value per column", InFile(file))
        yield EventRow(1, dict(zip(names, row, strict=True)))


def _row(event: Any, line: int, file: str) -> EventRow:
    if not isinstance(event, dict):
        raise EventFileError("an event is an object of columns and values", InFile(file, line))
    marked = {key: value for key, value in event.items() if key not in _TABLE_MARKERS}
    return EventRow(line, marked)


def _of_csv(text: str, file: str) -> Iterator[EventRow]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, None)
        if not header:
            return
        names = [_column_name(cell, file) for cell in header]
        repeated = {name for name, times in Counter(names).items() if times > 1}
        if repeated:
            raise EventFileError(f"the column {min(repeated)} stands here twice", InFile(file))
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                if len(cells) != len(names):
                    message = f"{len(cells)} values for {len(names)} columns"
                    raise EventFileError(message, InFile(file, line))
                yield _row(dict(zip(names, cells, strict=True)), line, file)
            line = reader.line_num + 1
    except csv.Error as error:
        raise EventFileError(f"this is no CSV: {error}", InFile(file, reader.line_num)) from None


def _column_name(cell: str, file: str) -> str:
    """Return a column's name without the time zone that the portal writes behind it."""
    written = cell.strip()
    name, opening, zone = written.removesuffix("]").rpartition(" [")
    if not (written.endswith("]") and opening and name and zone) or "]" in zone:
        return written
    if zone.upper() != "UTC":
        message = f"the times of {cell} cannot be converted: export with the time zone UTC"
        raise EventFileError(message, InFile(file))
    return name
