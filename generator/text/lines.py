"""Character offsets of a text become lines and columns, as editors count them.

A line ends with LF, CRLF or CR only; YAML's rarer line breaks and form feeds end no line here,
because editors and GitHub do not count them either.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from generator.findings import InFile
from generator.text.source_text import SourceText

_LINE_END = re.compile(r"\r\n|\n|\r")


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return the 1-based line and column (in characters) of an offset into the text."""
    starts = _line_starts(text)
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


def range_in_file(source: SourceText, start: int, end: int) -> InFile:
    """Return where the characters from `start` to before `end` stand, clamped to the text."""
    length = len(source.text)
    start = min(max(start, 0), length)
    end = min(max(end, start), length)
    line, column = line_and_column(source.text, start)
    end_line, end_column = line_and_column(source.text, end)
    return InFile(source.file, line, column, end_line, end_column)


@lru_cache(maxsize=4)
def _line_starts(text: str) -> tuple[int, ...]:
    return (0, *(match.end() for match in _LINE_END.finditer(text)))
