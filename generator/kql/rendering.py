"""A rendered query and where each part of it came from.

A finding in rendered KQL is reported where a person edits it: in the detection's `query` or in the
template that made the text. This module knows offsets only; lines and columns are made of them in
`generator.text.positions`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from generator.text.source_text import SourceText


@dataclass(frozen=True, slots=True)
class Segment:
    """Rendered text that starts at `start` and what made it.

    `origin` is the template file, or None for the detection's own `query`. `origin_start` and
    `origin_end` are character offsets there. `verbatim`: the text stands there as it is, so an
    offset inside maps to an offset; otherwise an expression produced it and the whole maps.
    """

    start: int
    origin: SourceText | None
    origin_start: int
    origin_end: int
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Rendering:
    """The final KQL of a detection. `segments` cover the text, ordered by `start`."""

    text: str
    segments: tuple[Segment, ...]

    def origin_of(self, start: int, end: int) -> tuple[SourceText | None, int, int]:
        """Return where a range of the text comes from, and the offsets there.

        The origin is None for the detection's query. Of several origins the first one answers.
        """
        if not self.segments:
            return (None, 0, 0)
        first = self._segment_at(start)
        last = self._segment_at(max(start, end - 1))
        from_ = first.origin_start + (start - first.start) if first.verbatim else first.origin_start
        if last.origin != first.origin:
            return (first.origin, from_, first.origin_end)
        to = last.origin_start + (end - last.start) if last.verbatim else last.origin_end
        return (first.origin, from_, max(from_, min(to, last.origin_end)))

    def _segment_at(self, offset: int) -> Segment:
        index = bisect_right(self.segments, offset, key=lambda segment: segment.start) - 1
        return self.segments[max(index, 0)]


def plain(query: str) -> Rendering:
    """Return the rendering of a query that no template touches: itself."""
    return Rendering(query, (Segment(0, None, 0, len(query), verbatim=True),))
