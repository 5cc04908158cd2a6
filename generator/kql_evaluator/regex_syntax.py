"""The regular expressions that the KQL reference describes, and that RE2 partly refuses.

The engine's syntax (page "Regex syntax") has nested classes, `&&`, `(?x)`, `\\p{Letter}`,
`\\b{start}` and stacked repetitions. Whether a pattern may be one of these is decided here, so that
nothing the page allows is called wrong; nothing is compiled or matched.
"""

from __future__ import annotations

import re

PAGE = "https://learn.microsoft.com/en-us/kusto/query/regex"


def may_be_valid(pattern: str) -> bool:
    """Whether the syntax of the reference allows a pattern. Limits of size are not looked at."""
    return _read(pattern) is not None


def means_something_else_in_re2(pattern: str) -> bool:
    """Whether a pattern of the reference has a part that RE2 reads as other signs.

    Classes inside of classes and what joins them, word boundaries by name, `{,3}`.
    """
    reader = _read(pattern)
    return reader is not None and reader.is_beyond_re2


def _read(pattern: str) -> _Reader | None:
    reader = _Reader(pattern)
    try:
        reader.read()
    except _NotAllowedError:
        return None
    return reader


class _NotAllowedError(Exception):
    """The syntax does not allow what stands here."""


_FLAGS = re.compile(r"\(\?([imsRUux]*)(?:-([imsRUux]+))?([:)])")
_NAMED = re.compile(r"\(\?P?<[^\W\d][\w.\[\]]*>")
_REPEATED = re.compile(r"\{\s*+(\d*+)\s*+(,?)\s*+(\d*+)\s*+\}")
_HEX = re.compile(r"x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[xuU]\{\s*[0-9A-Fa-f]+\s*\}")
_UNICODE_CLASS = re.compile(r"[pP](?:\{[^}]+\}|[A-Za-z])")
_BOUNDARY = re.compile(r"b\{(?:start|end)(?:-half)?\}")
_OCTAL = re.compile(r"0[0-7]{0,2}|[1-7][0-7]{1,2}")
_RANGE = re.compile(r"([^\\\[\]-])-([^\\\[\]-])")
_RANGE_TO_A_CLASS = re.compile(r"[^\\\[\]-]-\\[dDsSwWpP]")
_JOINING = ("&&", "--", "~~")
_LETTERS = frozenset("dDsSwWaftnrv")
_ASSERTIONS = frozenset("AzbB<>")


class _Reader:
    """Reads a pattern once from left to right."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._verbose = False
        self.is_beyond_re2 = False

    def read(self) -> None:
        """Read the whole pattern; raises _NotAllowedError."""
        outer: list[bool] = []
        repeatable = False
        while self._at < len(self._text):
            character = self._text[self._at]
            if self._skipped(character):
                continue
            if character == "(":
                opened = self._verbose
                if self._opened_group():
                    outer.append(opened)
                repeatable = False
                continue
            if character in "*+?":
                _demand(repeatable)
            elif character == "{":
                repeatable = self._counted(repeatable=repeatable)
                continue
            elif character == "|":
                repeatable = False
                self._at += 1
                continue
            elif character == ")":
                _demand(bool(outer))
                self._verbose = outer.pop()
            elif character == "[":
                self._class()
                repeatable = True
                continue
            elif character == "\\":
                self._escape(_ASSERTIONS)
                repeatable = True
                continue
            repeatable = True
            self._at += 1
        _demand(not outer)

    def _skipped(self, character: str) -> bool:
        if not self._verbose or not (character.isspace() or character == "#"):
            return False
        if character == "#":
            end = self._text.find("\n", self._at)
            self._at = len(self._text) if end < 0 else end
        else:
            self._at += 1
        return True

    def _opened_group(self) -> bool:
        """Read what opens a group; False for flags that hold to the end of the group around."""
        if not self._text.startswith("(?", self._at):
            self._at += 1
            return True
        named = _NAMED.match(self._text, self._at)
        if named:
            self._at = named.end()
            return True
        flags = _FLAGS.match(self._text, self._at)
        if flags is None:
            raise _NotAllowedError
        on, off, end = flags.groups()
        _demand(end == ":" or bool(on or off))
        self._at = flags.end()
        self._verbose = ("x" in on or self._verbose) and "x" not in (off or "")
        return end == ":"

    def _counted(self, *, repeatable: bool) -> bool:
        """Read `{2,3}`; a brace that counts nothing stands for itself, as in RE2."""
        counted = _REPEATED.match(self._text, self._at)
        if counted is None or not (counted[1] or counted[3]):
            self._at += 1
            return True
        _demand(repeatable)
        low, comma, high = counted.groups()
        _demand(not (comma and low and high) or int(low) <= int(high))
        self.is_beyond_re2 |= not low
        self._at = counted.end()
        return True

    def _escape(self, assertions: frozenset[str]) -> None:
        self._at += 1
        _demand(self._at < len(self._text))
        for special in (_HEX, _UNICODE_CLASS, _BOUNDARY, _OCTAL):
            found = special.match(self._text, self._at)
            if found and (special is not _BOUNDARY or assertions):
                self.is_beyond_re2 |= special is _BOUNDARY
                self._at = found.end()
                return
        character = self._text[self._at]
        self.is_beyond_re2 |= character in "<>"
        is_sign = character.isascii() and not character.isalnum()
        _demand(is_sign or character in _LETTERS or character in assertions)
        self._at += 1

    def _class(self) -> None:
        """Read a class with all classes inside; what joins them (`&&`, `--`, `~~`) are signs."""
        depth = 0
        while self._at < len(self._text):
            character = self._text[self._at]
            if self._verbose and self._skipped(character):
                continue
            if character == "[":
                self.is_beyond_re2 |= depth > 0 and not self._text.startswith("[:", self._at)
                self._at += 1
                depth += 1
                self._first_of_class()
                continue
            if self._text.startswith(_JOINING, self._at):
                self.is_beyond_re2 = True
                self._at += 2
                continue
            if character == "\\":
                self._escape(frozenset())
                continue
            span = None if self._verbose else _RANGE.match(self._text, self._at)
            _demand(self._verbose or not _RANGE_TO_A_CLASS.match(self._text, self._at))
            if span:
                _demand(span[1] <= span[2])
                self._at = span.end()
                continue
            self._at += 1
            if character == "]":
                depth -= 1
                if depth == 0:
                    return
        raise _NotAllowedError

    def _first_of_class(self) -> None:
        if self._text.startswith("^", self._at):
            self._at += 1
        if self._text.startswith("]", self._at):
            self._at += 1


def _demand(allowed: bool) -> None:
    if not allowed:
        raise _NotAllowedError
