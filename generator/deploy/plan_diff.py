"""The changes of an action as lines that people read: queries as a unified diff, the rest by value.

Texts come from a workspace and from authors, so control characters are shown, never passed on. What
differs is shown to differ, however long the values are and whatever looks alike.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import groupby, zip_longest
from typing import Any, Literal

from generator.kinds.shape import Change
from generator.text.safe_text import spelled_out, visible

MAX_VALUE = 300
"""Characters of a value or a line that are shown; the JSON plan holds all of it."""

_BEFORE = 60
"""Characters that are shown before the first difference of two long values."""

Sign = Literal["-", "+", " ", "@"]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line: what was and goes, what comes, or what is the same around it."""

    sign: Sign
    text: str


def diff_lines(change: Change) -> Iterator[DiffLine]:
    """Yield the lines that show one change."""
    if change.path == "properties.query" and _is_text(change.live) and _is_text(change.desired):
        lines = list(_query_lines(change.live or "", change.desired or ""))
        if lines:
            yield from lines
            return
    live, desired = _told_apart(
        *(None if value is None else _json(value) for value in (change.live, change.desired))
    )
    if live is not None:
        yield DiffLine("-", live)
    if desired is not None:
        yield DiffLine("+", desired)


def query_text_lines(query: str) -> Iterator[str]:
    """Yield the lines of a query as they are shown."""
    for line in query.replace("\r\n", "\n").rstrip().split("\n"):
        yield _cut(visible(line, keep="\t"), 0)


def short_path(path: str) -> str:
    """Return a change's path as a heading."""
    return path.removeprefix("properties.")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _told_apart(live: str | None, desired: str | None) -> tuple[str | None, str | None]:
    """Return two texts as they are shown: cut around their first difference, which is visible."""
    if live is None or desired is None:
        shown = (None if text is None else visible(text, keep="\t") for text in (live, desired))
        first, second = (None if text is None else _cut(text, 0) for text in shown)
        return first, second
    if live != desired and _looks(live) == _looks(desired):
        live, desired = spelled_out(live), spelled_out(desired)
    live, desired = visible(live, keep="\t"), visible(desired, keep="\t")
    if max(len(live), len(desired)) <= MAX_VALUE:
        return live, desired
    start = max(0, _first_difference(live, desired) - _BEFORE)
    return _cut(live, start), _cut(desired, start)


def _first_difference(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _looks(text: str) -> str:
    """Return what is left of a text for the eye: not how a letter is made, and no blank."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _cut(text: str, start: int) -> str:
    if len(text) <= MAX_VALUE:
        return text
    end = start + MAX_VALUE
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def _query_lines(live: str, desired: str) -> Iterator[DiffLine]:
    lines = unified_diff(
        live.replace("\r\n", "\n").rstrip().split("\n"),
        desired.replace("\r\n", "\n").rstrip().split("\n"),
        lineterm="",
        n=2,
    )
    # The first two lines are the names of two files, which there are not.
    for is_change, run in groupby(list(lines)[2:], key=lambda line: line[0] in "-+"):
        if is_change:
            yield from _changed_lines(list(run))
            continue
        for line in run:
            if line.startswith("@@"):
                yield DiffLine("@", line)
            else:
                yield DiffLine(" ", _cut(visible(line[1:], keep="\t"), 0))


def _changed_lines(lines: Sequence[str]) -> Iterator[DiffLine]:
    """Yield lines that go, then those that come, each against its counterpart of the other side."""
    goes = [line[1:] for line in lines if line[0] == "-"]
    comes = [line[1:] for line in lines if line[0] == "+"]
    pairs = [_told_apart(old, new) for old, new in zip_longest(goes, comes)]
    yield from (DiffLine("-", old) for old, _ in pairs if old is not None)
    yield from (DiffLine("+", new) for _, new in pairs if new is not None)


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)
