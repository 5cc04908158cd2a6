"""Rows as comma-separated values: read from files of people, written for the service.

The service takes RFC 4180 with a header line; a value with a comma, a quote or a line break is in
quotes. What a spreadsheet writes is read: CRLF, a byte order mark, quotes around everything.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from generator.kinds.watchlist.model import Row

MAX_CELL = 1_000_000
"""Characters of a cell that are read; the service takes rows of 10 KB."""


class CsvError(ValueError):
    """A text holds no such rows; `line` is where, from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def read_rows(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header, and each row with the line that it ends at. Raises CsvError.

    Lines of nothing are left out; a row with fewer or more cells than the header is an error.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    header: list[str] | None = None
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise CsvError(f"this is no CSV: {error}", reader.line_num) from error
        if not cells:
            continue
        if header is None:
            header = cells
        elif len(cells) != len(header):
            raise CsvError(f"{len(cells)} cells, and the header has {len(header)}", reader.line_num)
        else:
            rows.append((reader.line_num, cells))
    if header is None:
        raise CsvError("there is no header line", 1)
    return header, rows


def written(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Return rows as CSV with a header line and LF line ends."""
    lines = (columns, *([row[column] for column in columns] for row in rows))
    return "".join(f"{_line(cells)}\n" for cells in lines)


def _line(cells: Sequence[str]) -> str:
    # The library quotes the line ends that it writes itself, and a lone CR ends a line for others.
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerow(cells)
    return stream.getvalue().removesuffix("\r\n")
