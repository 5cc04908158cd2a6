"""A source line with the exact span underlined, as wide as the terminal shows it.

Tabs, wide and combining characters are where naive carets point at the wrong place, so every
character is laid out in terminal columns first.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.text.safe_text import cell_width, visible_character

TAB_STOP = 4
MAX_COLUMNS = 120
"""Terminal columns of source that a frame shows; of a longer line, the part around the span."""

_BEFORE_SPAN = 40
_LAID_OUT = 4_000
"""Characters around the span that are laid out at all: a hostile file is one line of a mebibyte."""


@dataclass(frozen=True, slots=True)
class CodeFrame:
    """A line as shown and where its span begins, in terminal columns from 0, and how wide it is."""

    line: str
    caret_start: int
    caret_width: int


def code_frame(line: str, column: int, end_column: int | None) -> CodeFrame:
    """Lay out a source line and the span from `column` to `end_column`.

    Columns are 1-based characters of the line, the end exclusive; None means to the end of the
    line. A span without width gets one caret.
    """
    start = min(max(column - 1, 0), len(line))
    end = len(line) if end_column is None else min(max(end_column - 1, start), len(line))
    skipped = max(0, start - _LAID_OUT // 2)
    cells = _cells(line[skipped : skipped + _LAID_OUT])
    start, end = start - skipped, min(end - skipped, len(cells))
    first, last = _window(cells, start)
    prefix = "…" if first or skipped else ""
    suffix = "…" if skipped + last < len(line) else ""
    end = min(end, last)
    shown = "".join(text for text, _ in cells[first:last])
    return CodeFrame(
        line=(prefix + shown + suffix).rstrip(),
        caret_start=len(prefix) + sum(width for _, width in cells[first:start]),
        caret_width=max(1, sum(width for _, width in cells[start:end])),
    )


def _cells(line: str) -> list[tuple[str, int]]:
    cells: list[tuple[str, int]] = []
    position = 0
    for character in line:
        if character == "\t":
            width = TAB_STOP - position % TAB_STOP
            cell = (" " * width, width)
        elif character.isascii() and character.isprintable():
            cell = (character, 1)
        else:
            text = visible_character(character)
            cell = (text, cell_width(character) if text == character else len(text))
        cells.append(cell)
        position += cell[1]
    return cells


def _window(cells: list[tuple[str, int]], start: int) -> tuple[int, int]:
    """Choose which cells to show: all, or some before the span and what follows it."""
    if sum(width for _, width in cells) <= MAX_COLUMNS:
        return 0, len(cells)
    first = max(0, start - _BEFORE_SPAN)
    last, room = first, MAX_COLUMNS
    while last < len(cells) and cells[last][1] <= room:
        room -= cells[last][1]
        last += 1
    return first, last
