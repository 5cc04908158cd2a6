"""Sample events become typed tables: every column known, every value of its type.

What a fixture gets wrong is a problem at its position, never a null. Knows tables' schemas, not
rules or queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from generator.detection_tests.cells import (
    UnusableCellError,
    exported_cell,
    shown_type,
    typed_cell,
)
from generator.detection_tests.event_files import EventFileError, event_file, read_events
from generator.detection_tests.suite import DetectionTest, EventFile, EventRows, Events
from generator.disk.text_files import marked_file_notes
from generator.findings import Code, InDocument, InFile, Place, Problem, Severity
from generator.kql.environment import Columns, Environment
from generator.kql_evaluator.table import Column, Table
from generator.kql_evaluator.values import null_of
from generator.text.near_names import nearest, question
from generator.text.source_text import SourceText

UNKNOWN_TABLE = Code(
    "SG606",
    summary="A test gives events to an unknown table",
    explanation=(
        "Events are typed by the tables' columns, so the table must be known: one of Sentinel's, "
        "or one that schemas/tables declares. Names are case-sensitive. A function that "
        "schemas/functions defines is computed and takes no rows."
    ),
    severity=Severity.ERROR,
    source="our own decision; docs/testing.md describes the format",
)
UNKNOWN_COLUMN = Code(
    "SG607",
    summary="An event has a column that its table does not have",
    explanation=(
        "In the workspace the column would not be there, so a test with it proves nothing. "
        "Correct the name, or declare the column in schemas/tables. Names are case-sensitive."
    ),
    severity=Severity.ERROR,
    source="our own decision; docs/testing.md describes the format",
)
WRONG_VALUE = Code(
    "SG608",
    summary="A value of an event is not of its column's type",
    explanation=(
        "The workspace stores every column as one type, and comparisons depend on it: ResultType "
        'is text, so 0 must be written "0". Times are ISO 8601 or count from now, as -10m does.'
    ),
    severity=Severity.ERROR,
    source="our own decision; docs/testing.md describes the format",
)
UNREADABLE_FILE = Code(
    "SG609",
    summary="A file of events cannot be used",
    explanation=(
        "Events come from JSON lines, a JSON array or CSV, inside of the repository, in UTF-8, "
        "with times in UTC. The path counts from the tests file."
    ),
    severity=Severity.ERROR,
    source="our own decision; docs/testing.md describes the format",
)

_COMPARED_TABLES = 5000
"""Tables and functions that one unknown name of a test is compared with."""

_WATCHLIST_COLUMNS: Columns = (("SearchKey", "string"), ("_DTItemId", "string"))


@dataclass(frozen=True, slots=True)
class TypedEvents:
    """The inputs of one test, as the evaluator takes them, and what is wrong with them."""

    tables: Mapping[str, Table]
    watchlists: Mapping[str, Table]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand in rows: columns by name with their types, and whether others may as well.

    `owner` names in messages what has these columns. `only_text`: further columns hold text.
    """

    owner: str
    columns: Mapping[str, str]
    is_open: bool = False
    only_text: bool = False


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row as written. `place` is where the row stands, `is_exported` that a file holds it."""

    values: Mapping[str, Any]
    place: Place
    is_exported: bool = False

    def place_of(self, column: str, *, key: bool = False) -> Place:
        """Return where a column of the row stands; a file's columns stand at their row."""
        if isinstance(self.place, InDocument):
            return InDocument((*self.place.path, column), "key" if key else "value")
        return self.place


def typed_events(
    source: SourceText, test: DetectionTest, environment: Environment, root: Path
) -> TypedEvents:
    """Type the events and watchlist items of a test.

    `source` is the tests file; files of events lie below the content root `root`.
    """
    problems: list[Problem] = []
    tables: dict[str, Table] = {}
    for name, events in test.tables.items():
        shape = table_shape(name, environment)
        if isinstance(shape, str):
            place = InDocument((*test.path, "tables", name), "key")
            problems.append(Problem(UNKNOWN_TABLE, f"{name} is no known table", place, shape))
            continue
        rows = _placed(events, source, root, problems)
        tables[name] = typed_table(shape, rows, test.now, problems)
    watchlists = {
        alias: typed_table(
            watchlist_shape(alias, environment), placed_rows(items), test.now, problems
        )
        for alias, items in test.watchlists.items()
    }
    return TypedEvents(tables, watchlists, tuple(problems))


def marked_event_files(source: SourceText, test: DetectionTest, root: Path) -> Iterator[Problem]:
    """Yield a note for each file of events that begins with a byte order mark."""
    for events in test.tables.values():
        if isinstance(events, EventFile):
            try:
                file = event_file(root, Path(source.file).parent, events.name)
            except EventFileError:
                continue  # reading its events says so
            yield from marked_file_notes(root.resolve(), (file,))


def table_shape(name: str, environment: Environment) -> Shape | str:
    """Return the columns of a table, or of a function that the test gives the rows of.

    For a name that is neither, returns what to do about it.
    """
    table = environment.tables.get(name)
    if table is not None:
        return Shape(name, dict(table.columns), table.is_open)
    function = environment.functions.get(name)
    if function is not None and function.body is None:
        return Shape(name, dict(function.columns), function.is_open)
    if function is not None:
        return "this function has a body, which is computed: give the tables that it reads"
    known = [*environment.tables, *environment.functions]
    near = nearest(name, known, compared=_COMPARED_TABLES)
    return question(near) or f"declare it in schemas/tables/{name}.yaml"


def watchlist_shape(alias: str, environment: Environment) -> Shape:
    """Return the columns of a watchlist; in one that is not declared any column may hold text."""
    for name, watchlist in environment.watchlists.items():
        if name.casefold() == alias.casefold():
            columns = {**dict(_WATCHLIST_COLUMNS), **dict(watchlist.columns)}
            return Shape(f"the watchlist {alias}", columns)
    return Shape(f"the watchlist {alias}", dict(_WATCHLIST_COLUMNS), is_open=True, only_text=True)


def placed_rows(events: EventRows) -> list[PlacedRow]:
    """Return rows of the tests file with their places."""
    return [
        PlacedRow(row, InDocument((*events.path, index))) for index, row in enumerate(events.rows)
    ]


def _placed(
    events: Events, source: SourceText, root: Path, problems: list[Problem]
) -> list[PlacedRow]:
    if isinstance(events, EventRows):
        return placed_rows(events)
    try:
        file, rows = _file_rows(events, source, root)
    except EventFileError as error:
        place = InDocument(events.path) if error.place is None else error.place
        problems.append(Problem(UNREADABLE_FILE, str(error), place))
        return []
    return [PlacedRow(row.values, InFile(file, row.line), is_exported=True) for row in rows]


def _file_rows(events: EventFile, source: SourceText, root: Path) -> Any:
    return read_events(root, Path(source.file).parent, events.name)


def typed_table(
    shape: Shape, rows: Sequence[PlacedRow], now: datetime, problems: list[Problem]
) -> Table:
    """Return rows as a table with all columns of the shape; what is wrong joins `problems`.

    A column that is not listed in an open shape gets the type that its values show.
    """
    columns = {**shape.columns, **_shown_columns(shape, rows)}
    known = tuple(Column(name, kql_type) for name, kql_type in columns.items())
    typed = []
    for row in rows:
        cells = {}
        for name, value in row.values.items():
            if name not in columns:
                problems.append(_unknown_column(shape, name, row))
                continue
            convert = exported_cell if row.is_exported else typed_cell
            try:
                cells[name] = convert(value, columns[name], now)
            except UnusableCellError as error:
                message = f"{shape.owner}.{name} is {_article(columns[name])}: {error}"
                problems.append(Problem(WRONG_VALUE, message, row.place_of(name), error.help))
        typed.append(
            tuple(cells.get(name, null_of(kql_type)) for name, kql_type in columns.items())
        )
    return Table(known, tuple(typed))


def _shown_columns(shape: Shape, rows: Iterable[PlacedRow]) -> dict[str, str]:
    if not shape.is_open:
        return {}
    shown: dict[str, str] = {}
    for row in rows:
        for name, value in row.values.items():
            if name in shape.columns or value is None:
                continue
            kql_type = "string" if shape.only_text else shown_type(value)
            known = shown.setdefault(name, kql_type)
            if known != kql_type:
                shown[name] = "real" if {known, kql_type} == {"long", "real"} else "dynamic"
    return shown


def _unknown_column(shape: Shape, name: str, row: PlacedRow) -> Problem:
    help_ = question(nearest(name, shape.columns))
    message = f"{shape.owner} has no column {name}"
    return Problem(UNKNOWN_COLUMN, message, row.place_of(name, key=True), help_)


def _article(kql_type: str) -> str:
    return f"an {kql_type}" if kql_type == "int" else f"a {kql_type}"
