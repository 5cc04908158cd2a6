"""KQL text inside a template: a str that remembers where each part of it was written.

Only template text, rendered literals and `raw_kql` make `KqlText`; any other str in a template is a
value and becomes a string literal. That difference is what keeps values from becoming KQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto


class Kind(Enum):
    """How a part of the text came about."""

    TEXT = auto()
    VALUE = auto()
    RAW = auto()
    INDENTATION = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text and what wrote it.

    `template` names the template; `start` and `end` are offsets of its normalised text. The
    characters of a TEXT piece stand there one by one, of any other kind the expression does.
    """

    text: str
    kind: Kind
    template: str | None
    start: int
    end: int


class KqlText(str):
    """Text that is KQL and is written as it is. Made only by `from_pieces`."""

    __slots__ = ("pieces",)
    pieces: tuple[Piece, ...]

    @classmethod
    def from_pieces(cls, pieces: Iterable[Piece]) -> KqlText:
        """Join pieces."""
        kept = tuple(piece for piece in pieces if piece.text)
        text = cls("".join([piece.text for piece in kept]))
        text.pieces = kept
        return text

    def placed(self, template: str, start: int, end: int) -> KqlText:
        """Give the pieces that came from no template the place of the expression they stand in."""
        if all(piece.template is not None for piece in self.pieces):
            return self
        return KqlText.from_pieces(
            replace(piece, template=template, start=start, end=end)
            if piece.template is None
            else piece
            for piece in self.pieces
        )


def raw_text(text: str) -> KqlText:
    """Make KQL of text that nothing has checked; its place follows from where it is written."""
    return KqlText.from_pieces([Piece(text, Kind.RAW, None, 0, 0)])


def trimmed(text: KqlText) -> KqlText:
    """Remove white space from both ends."""
    start = len(text) - len(text.lstrip())
    stop = max(start, len(text.rstrip()))
    pieces, offset = [], 0
    for piece in text.pieces:
        first = min(max(start - offset, 0), len(piece.text))
        last = min(max(stop - offset, 0), len(piece.text))
        offset += len(piece.text)
        if first < last:
            pieces.append(_part(piece, first, last))
    return KqlText.from_pieces(pieces)


def indented(text: KqlText, margin: str, *, first: bool) -> KqlText:
    """Put a margin before each line that is not empty, the first one only on demand."""
    pieces: list[Piece] = []
    at_line_start = first
    for piece in text.pieces:
        offset = 0
        for line in piece.text.splitlines(keepends=True):
            part = _part(piece, offset, offset + len(line))
            if at_line_start and line.strip("\r\n"):
                end = part.start if part.kind is Kind.TEXT else part.end
                pieces.append(replace(part, text=margin, kind=Kind.INDENTATION, end=end))
            pieces.append(part)
            offset += len(line)
            at_line_start = line[-1] in "\r\n"
    return KqlText.from_pieces(pieces)


def _part(piece: Piece, first: int, last: int) -> Piece:
    text = piece.text[first:last]
    if piece.kind is Kind.TEXT:
        return replace(piece, text=text, start=piece.start + first, end=piece.start + last)
    return replace(piece, text=text)
