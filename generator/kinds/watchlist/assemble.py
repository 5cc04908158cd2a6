"""From a watchlist as written, its rows inline or in a file beside it, to the model.

A tenant may put its own rows in the place of the catalog's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.catalog.beside import Beside
from generator.catalog.detection import Detection
from generator.findings import Code, InDocument, InFile, Place, Problem, Severity
from generator.kinds.kind import Meaning
from generator.kinds.watchlist.csv_rows import CsvError, read_rows
from generator.kinds.watchlist.model import Row, Watchlist
from generator.text.near_names import did_you_mean
from generator.text.source_text import SourceText

FOLDER = "watchlists"

UNREADABLE_ROWS = Code(
    "SG170",
    summary="Rows of a watchlist that cannot be read",
    explanation=(
        "A CSV file has a header line with the columns that the watchlist declares, in any order, "
        "and as many cells in every line. A row that is written in YAML names declared columns. "
        "Otherwise a lookup would find nothing, or something else, without a word."
    ),
    severity=Severity.ERROR,
    source="Microsoft Learn, Create watchlists; RFC 4180.",
    waivable=False,
)


@dataclass(slots=True)
class _Rows:
    columns: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, message: str, place: Place, help_: str | None = None) -> None:
        self.problems.append(Problem(UNREADABLE_ROWS, message, place, help_))

    def of_document(self, rows: Iterable[Mapping[str, Any]], place: Place) -> Iterator[Row]:
        """Yield rows that are written in YAML; an absent column is an empty text."""
        for number, row in enumerate(rows, 1):
            unknown = sorted(set(row) - set(self.columns))
            if unknown:
                hint = did_you_mean(unknown[0], self.columns)
                self.wrong(f"row {number} has the column {unknown[0]!r}{hint}", place)
            yield {column: _text(row.get(column)) for column in self.columns}

    def of_file(self, source: SourceText | Problem, name: str) -> Iterator[Row]:
        if isinstance(source, Problem):
            self.problems.append(source)
            return
        try:
            header, rows = read_rows(source.text)
        except CsvError as error:
            self.wrong(str(error), InFile(source.file, error.line, 1))
            return
        lacking = [column for column in self.columns if column not in header]
        unknown = [column for column in header if column not in self.columns]
        if lacking or unknown or len(set(header)) != len(header):
            said = [f"lacks {column!r}" for column in lacking]
            said += [f"has {column!r}{did_you_mean(column, self.columns)}" for column in unknown]
            message = f"the header of {name} {' and '.join(said) or 'names a column twice'}"
            place = InFile(source.file, 1, 1)
            self.wrong(message, place, f"the columns are {', '.join(self.columns)}")
            return
        for _, cells in rows:
            row = dict(zip(header, cells, strict=True))
            yield {column: row[column] for column in self.columns}


def meaning_of(detection: Detection, beside: Beside) -> Meaning:
    """Return the watchlist of a schema-valid document, with what is wrong with its rows."""
    document = detection.document
    made = _Rows(document["columns"])
    own = beside.said_of(FOLDER, detection.id)
    file = detection.source.file
    place: Place = InDocument(("rows",), "key")
    given = document
    if own is not None:
        file, given = str(beside.tenant_file), own
        place = InFile(file)
        if ("file" in own) == ("rows" in own):
            made.wrong(f"{FOLDER}.{detection.id} needs either file or rows", place)
    elif "file" in given and "rows" in given:
        made.wrong("rows stand here or in a file, not in both", place, "remove one of the two")
    if "file" in given:
        rows = tuple(made.of_file(beside.read(file, given["file"]), given["file"]))
    else:
        rows = tuple(made.of_document(given.get("rows") or (), place))
    is_seed = document["items"] == "seed"
    written = document.get("artifacts")
    model = Watchlist(
        alias=detection.id,
        display_name=detection.name,
        description=document.get("description"),
        key=document["key"],
        columns=document["columns"],
        rows=rows,
        is_seed=is_seed,
        is_artifact=(not is_seed and own is None) if written is None else bool(written),
        is_read=not made.problems,
    )
    return Meaning(model, None, tuple(made.problems))


def _text(value: Any) -> str:
    """Return a value as the service keeps it: as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
