"""How deep a text nests, counted without a YAML parser.

Parsers have limits of their own, which change with their releases and are reported as errors of
syntax. This module reads only what opens and closes a level, and reads broken text on to its end:
it finds no fault in any text, and makes no data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BREAKS = "\r\n\x85\u2028\u2029"
_BLANKS = " \t" + _BREAKS

_BREAK = re.compile(f"\r\n|[{_BREAKS}]")
_REST_OF_LINE = re.compile(f"[^{_BREAKS}]*")
_EMPTY_LINE = re.compile(f"[ \t]*(?:{_BREAK.pattern})")
_SPACE = re.compile("[ \t]+")
_VALUE = re.compile(rf":(?=[{_BLANKS}]|\Z)")
_MARKER = re.compile(rf"(?:---|\.\.\.)(?=[{_BLANKS}]|\Z)")
_DIRECTIVE_OR_MARKER = re.compile(rf"%[^{_BREAKS}]*|{_MARKER.pattern}")
_INDICATOR = re.compile(rf"[-?:](?=[{_BLANKS}]|\Z)")
_PROPERTY = re.compile(rf"[&*][^{_BLANKS},\[\]{{}}]*|![^{_BLANKS}]*")
_QUOTED = re.compile(r"'(?:[^']++|'')*+'?|\"(?:[^\"\\]++|\\.)*+\"?", re.DOTALL)
_PLAIN = re.compile(rf"(?:[^{_BLANKS}:]|:(?![{_BLANKS}]|\Z)|[ \t]+(?=[^{_BLANKS}#]))+")
_PLAIN_IN_FLOW = re.compile(
    rf"(?:[^{_BLANKS}:,\[\]{{}}]|:(?![{_BLANKS},\[\]{{}}]|\Z)|[ \t]+(?=[^{_BLANKS}#,\[\]{{}}]))+"
)
_BLOCK_SCALAR = re.compile(rf"[|>][-+]?([1-9]?)[^{_BREAKS}]*")


@dataclass(slots=True)
class _Block:
    """A collection that its column holds open. An indentless list shares its mapping's column."""

    column: int
    is_list: bool = False
    indentless: bool = False


@dataclass(slots=True)
class _Flow:
    """A collection in brackets. `pair`: a mapping without braces that is an item of a list."""

    is_list: bool
    peak: int
    pair: bool = False


class _TooDeepError(Exception):
    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset


def too_deep_at(text: str, limit: int) -> int | None:
    """Return the offset, in characters, of the first collection that is deeper than `limit` levels.

    None when there is none. The text need not be YAML.
    """
    try:
        _Count(text, limit).run()
    except _TooDeepError as error:
        return error.offset
    return None


@dataclass(slots=True)
class _Count:
    text: str
    limit: int
    at: int = 0
    line: int = 0
    """Where the line begins."""
    key: int | None = None
    """Where the node begins that a colon on this line would make a key."""
    key_peak: int = 0
    blocks: list[_Block] = field(default_factory=list)
    flows: list[_Flow] = field(default_factory=list)
    pairs: int = 0

    def run(self) -> None:
        if self.text.startswith("\ufeff"):
            self.at = self.line = 1
        while self.at < len(self.text):
            if not self._skip_blanks():
                self._token()

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
        return match

    def _skip_blanks(self) -> bool:
        if self._take(_SPACE):
            return True
        if self._take(_BREAK):
            self.line = self.at
            self.key = None
            return True
        return self.text[self.at] == "#" and self._take(_REST_OF_LINE) is not None

    def _token(self) -> None:
        start, character = self.at, self.text[self.at]
        if start == self.line and self._take(_DIRECTIVE_OR_MARKER):
            self.blocks.clear()
            self.flows.clear()
            self.pairs = 0
            return
        indicator = self._indicator(character)
        self._close_blocks(start - self.line, in_list=indicator == "-")
        if indicator:
            self.at += 1
            self._structure(indicator, start)
            return
        if self.key is None:
            self.key = start
            self.key_peak = 0
        if character in "[{":
            self.at += 1
            self._open(start, _Flow(character == "[", 0))
        elif self._take(_PROPERTY):
            pass
        elif character in "'\"":
            self._quoted(start)
        elif not self.flows and (header := self._take(_BLOCK_SCALAR)):
            self._block_scalar(header[1])
        else:
            self._plain()

    def _indicator(self, character: str) -> str:
        if self.flows:
            if character in ":,]}":
                return character
            return character if character == "?" and _INDICATOR.match(self.text, self.at) else ""
        return character if _INDICATOR.match(self.text, self.at) else ""

    def _structure(self, indicator: str, start: int) -> None:
        if indicator in ",]}":
            self._close_pair()
            if indicator != ",":
                self._close_flow()
        elif self.flows:
            self._open_pair(start)
        elif indicator == "-":
            self._open_block(start, is_list=True)
            self.key = None
        else:
            peak = 0 if self.key is None or indicator == "?" else self.key_peak
            self._open_block(start if self.key is None else self.key, is_list=False, peak=peak)
            self.key = None

    def _depth(self) -> int:
        return len(self.blocks) + len(self.flows) + self.pairs

    def _judge(self, depth: int, offset: int) -> None:
        if depth > self.limit:
            raise _TooDeepError(offset)

    def _open_block(self, offset: int, *, is_list: bool, peak: int = 0) -> None:
        column = offset - self.line
        top = self.blocks[-1] if self.blocks else _Block(-1, is_list=True)
        indentless = is_list and not top.is_list and top.column == column
        if top.column >= column and not indentless:
            return
        self.blocks.append(_Block(column, is_list, indentless))
        # The levels inside of a key came before the mapping that they now turn out to be in.
        self._judge(max(self._depth(), peak + 1), offset)

    def _close_blocks(self, column: int, *, in_list: bool) -> None:
        if self.flows:
            return
        while self.blocks and (
            self.blocks[-1].column > column
            or (self.blocks[-1].column == column and self.blocks[-1].indentless and not in_list)
        ):
            self.blocks.pop()

    def _open(self, offset: int, flow: _Flow) -> None:
        self.flows.append(flow)
        flow.peak = self._depth()
        self._judge(flow.peak, offset)

    def _open_pair(self, offset: int) -> None:
        top = self.flows[-1]
        if not top.is_list or top.pair:
            return
        top.pair = True
        self.pairs += 1
        top.peak = max(top.peak + 1, self._depth())
        self._judge(top.peak, offset)

    def _close_pair(self) -> None:
        if self.flows and self.flows[-1].pair:
            self.flows[-1].pair = False
            self.pairs -= 1

    def _close_flow(self) -> None:
        if not self.flows:
            return
        peak = self.flows.pop().peak
        if self.flows:
            self.flows[-1].peak = max(self.flows[-1].peak, peak)
        else:
            self.key_peak = peak

    def _quoted(self, start: int) -> None:
        self._take(_QUOTED)
        last = max(self.text.rfind(mark, start, self.at) for mark in _BREAKS)
        if last >= 0:
            self.line = last + 1
            self.key = None

    def _block_scalar(self, indicator: str) -> None:
        parent = max(self.blocks[-1].column if self.blocks else -1, 0)
        needed = parent + int(indicator) if indicator else 0
        while self._take(_BREAK):
            self.line = self.at
            self.key = None
            rest = _REST_OF_LINE.match(self.text, self.at)
            written = rest[0] if rest else ""
            indent = len(written) - len(written.lstrip(" "))
            if indent < len(written):
                needed = needed or max(indent, parent + 1 if self.blocks else 1)
                if indent < needed:
                    return
            self.at += len(written)

    def _plain(self) -> None:
        pattern = _PLAIN_IN_FLOW if self.flows else _PLAIN
        parent = self.blocks[-1].column if self.blocks else -1
        if not self._take(pattern):
            self.at += 1
        while not self.flows and self._goes_on(parent):
            self._take(pattern)

    def _goes_on(self, parent: int) -> bool:
        """Step over the breaks and blanks within a plain text; its lines stand deeper."""
        at, line = self.at, self.line
        while match := _EMPTY_LINE.match(self.text, at):
            at = line = match.end()
        if line == self.line:
            return False
        if space := _SPACE.match(self.text, at):
            at = space.end()
        ends = at - line <= parent or at == len(self.text) or self.text[at] == "#"
        if ends or (at == line and _MARKER.match(self.text, at)) or _VALUE.match(self.text, at):
            return False
        self.at, self.line, self.key = at, line, None
        return True
