"""Which characters of a file made which characters of a YAML text value.

Indentation, folding, chomping, escapes and doubled quotes all stand between the two. Each style is
read once more by the rules of YAML 1.1 and the origin of every character is noted; where the result
is not the value that the parser found, nothing is claimed and the whole scalar answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import yaml

_BREAKS = "\r\n\x85\u2028\u2029"
_BLANKS = " \t"
# Anchors and tags, each with the white space and comments behind it.
_PROPERTIES = re.compile(
    rf"(?:[&!][^{_BLANKS}{_BREAKS}]*(?:[{_BLANKS}{_BREAKS}]|#[^{_BREAKS}]*)*)*"
)
_BLOCK_HEADER = re.compile(rf"[|>]([-+]?)([1-9]?)([-+]?)[^{_BREAKS}]*")
_MAX_GUESSED_INDENTATION = 40
_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}
_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "'": "'",
    "/": "/",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}


def offsets_in_source(text: str, node: yaml.ScalarNode, start: int, end: int) -> tuple[int, int]:
    """Return the offsets in the file of a range of a scalar's value, the ends exclusive.

    An empty range stands before the character at `start`. Ranges outside of the value are clamped.
    """
    trace = _trace(text, node)
    if trace is None:
        return node.start_mark.index, node.end_mark.index
    length = len(trace.starts)
    start = min(max(start, 0), length)
    end = min(max(end, start), length)
    if length == 0:
        return trace.after, trace.after
    first = trace.starts[start] if start < length else trace.ends[-1]
    return first, trace.ends[end - 1] if end > start else first


@dataclass(slots=True)
class _Trace:
    """A value in pieces, and the offsets in the file where each character begins and ends."""

    after: int
    pieces: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def add(self, character: str, start: int, end: int) -> None:
        self.pieces.append(character)
        self.starts.append(start)
        self.ends.append(end)

    def copy(self, text: str, start: int, end: int) -> None:
        self.pieces.append(text[start:end])
        self.starts.extend(range(start, end))
        self.ends.extend(range(start + 1, end + 1))


_Break = tuple[str, int, int]
"""A line break as YAML reads it, and where it begins and ends."""


@lru_cache(maxsize=2)
def _trace(text: str, node: yaml.ScalarNode) -> _Trace | None:
    start = _behind_properties(text, node.start_mark.index)
    end: int = node.end_mark.index
    style = node.style or ""
    candidates: Iterable[_Trace]
    if style in {"|", ">"}:
        candidates = _block_traces(text, start, end, node.value, folded=style == ">")
    elif style in {"'", '"'}:
        candidates = [_flow_trace(text, start + 1, end - 1, style)]
    else:
        candidates = [_flow_trace(text, start, end, "")]
    return next((trace for trace in candidates if "".join(trace.pieces) == node.value), None)


def _behind_properties(text: str, start: int) -> int:
    match = _PROPERTIES.match(text, start)
    return match.end() if match else start


def _break_at(text: str, offset: int, end: int) -> _Break | None:
    """Read a line break: CRLF, CR, LF and NEL count as LF, the Unicode separators as themselves."""
    if offset >= end or text[offset] not in _BREAKS:
        return None
    if text.startswith("\r\n", offset):
        return "\n", offset, offset + 2
    character = text[offset]
    return character if character in "\u2028\u2029" else "\n", offset, offset + 1


def _fold(trace: _Trace, first: _Break | None, others: list[_Break]) -> None:
    """Add line breaks as folding leaves them: a single one is a blank, of more the first goes."""
    if first is not None:
        if first[0] != "\n":
            trace.add(*first)
        elif not others:
            trace.add(" ", first[1], first[2])
    for other in others:
        trace.add(*other)


def _flow_trace(text: str, start: int, end: int, quote: str) -> _Trace:
    """Trace a plain or a quoted scalar between its quotes."""
    trace = _Trace(after=end)
    offset = start
    while offset < end:
        character = text[offset]
        if character in _BLANKS or character in _BREAKS:
            offset = _flow_space(trace, text, offset, end)
        elif quote == "'" and text.startswith("''", offset):
            trace.add("'", offset, offset + 2)
            offset += 2
        elif quote == '"' and character == "\\":
            offset = _escape(trace, text, offset, end)
        else:
            trace.add(character, offset, offset + 1)
            offset += 1
    return trace


def _flow_space(
    trace: _Trace, text: str, offset: int, end: int, *, escaped_break: bool = False
) -> int:
    """Add the white space that remains of a run of blanks and line breaks; return its end."""
    start = offset
    first: _Break | None = None
    others: list[_Break] = []
    while offset < end:
        line_break = _break_at(text, offset, end)
        if line_break is not None:
            offset = line_break[2]
            if first is None and not escaped_break:
                first = line_break
            else:
                others.append(line_break)
        elif text[offset] in _BLANKS:
            offset += 1
        else:
            break
    if first is None and not escaped_break:
        trace.copy(text, start, offset)
    else:
        _fold(trace, first, others)
    return offset


def _escape(trace: _Trace, text: str, offset: int, end: int) -> int:
    line_break = _break_at(text, offset + 1, end)
    if line_break is not None:
        return _flow_space(trace, text, line_break[2], end, escaped_break=True)
    sign = text[offset + 1 : offset + 2]
    behind = offset + 2 + _HEX_DIGITS.get(sign, 0)
    if sign in _HEX_DIGITS:
        trace.add(chr(int(text[offset + 2 : behind], 16)), offset, behind)
    else:
        trace.add(_ESCAPES.get(sign, sign), offset, behind)
    return behind


def _block_traces(text: str, start: int, end: int, value: str, *, folded: bool) -> Iterator[_Trace]:
    """Trace a block scalar for each indentation that it can have, the likeliest first.

    An indentation indicator counts from the parent's indentation, which the scalar does not know.
    """
    header = _BLOCK_HEADER.match(text, start)
    if header is None:
        return
    chomping = header[1] or header[3]
    header_end = _break_at(text, header.end(), end)
    body = header_end[2] if header_end else end
    deepest = _first_indentation(text, body, end)
    indentations = _indentations(deepest, value) if header[2] else [deepest]
    for indentation in indentations:
        yield _block_trace(text, body, end, indentation, chomping, folded=folded)


def _indentations(deepest: int, value: str) -> Iterator[int]:
    """Yield the indentations that a scalar with an indicator can have, the likeliest first."""
    first_line = value.lstrip(_BREAKS)
    yield max(deepest - (len(first_line) - len(first_line.lstrip(" "))), 1)
    yield from range(min(deepest, _MAX_GUESSED_INDENTATION), 0, -1)


def _first_indentation(text: str, body: int, end: int) -> int:
    """Return the blanks before the first content, or the most of any line without content."""
    most = 1
    offset = body
    while offset < end:
        line = offset
        while offset < end and text[offset] == " ":
            offset += 1
        most = max(most, offset - line)
        line_break = _break_at(text, offset, end)
        if line_break is None:
            return max(offset - line, 1) if offset < end else most
        offset = line_break[2]
    return most


def _block_trace(
    text: str, body: int, end: int, indentation: int, chomping: str, *, folded: bool
) -> _Trace:
    trace = _Trace(after=body)
    leading: _Break | None = None
    leading_blank = False
    offset, trailing = _block_breaks(text, body, end, indentation)
    while offset < end:
        blank = text[offset] in _BLANKS
        if folded and leading is not None and not leading_blank and not blank:
            _fold(trace, leading, trailing)
        else:
            for line_break in [leading, *trailing] if leading else trailing:
                trace.add(*line_break)
        leading_blank = blank
        line = offset
        while offset < end and text[offset] not in _BREAKS:
            offset += 1
        trace.copy(text, line, offset)
        leading = _break_at(text, offset, end)
        trailing = []
        if leading is None:
            break
        offset, trailing = _block_breaks(text, leading[2], end, indentation)
    if chomping != "-" and leading is not None:
        trace.add(*leading)
    if chomping == "+":
        for line_break in trailing:
            trace.add(*line_break)
    return trace


def _block_breaks(text: str, offset: int, end: int, indentation: int) -> tuple[int, list[_Break]]:
    """Skip empty lines and one line's indentation; return where content begins and the breaks."""
    breaks: list[_Break] = []
    while True:
        line = offset
        while offset < end and offset - line < indentation and text[offset] == " ":
            offset += 1
        line_break = _break_at(text, offset, end)
        if line_break is None:
            # A shallower line is no content any more: the scalar ends before it.
            return (offset if offset - line == indentation else end), breaks
        breaks.append(line_break)
        offset = line_break[2]
