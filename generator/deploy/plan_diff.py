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
from generator.text.safe_text import spelled_out, visible, without_fillers

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
        shown = _shown(line)
        yield shown[:MAX_VALUE]
        for start in range(MAX_VALUE, len(shown), MAX_VALUE):
            yield f"… {shown[start : start + MAX_VALUE]}"


def short_path(path: str) -> str:
    """Return a change's path as a heading."""
    return path.removeprefix("properties.")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _told_apart(live: str | None, desired: str | None) -> tuple[str | None, str | None]:
    """Return two texts as they are shown: cut around their differences, which are visible."""
    if live is None or desired is None:
        shown = (None if text is None else _shown(text) for text in (live, desired))
        first, second = (None if text is None else _cut(text) for text in shown)
        return first, second
    if live != desired and _looks(live) == _looks(desired):
        live, desired = spelled_out(live), spelled_out(desired)
    live, desired = _shown(live), _shown(desired)
    if max(len(live), len(desired)) <= MAX_VALUE:
        return live, desired
    return _around_differences(live, desired)


def _around_differences(live: str, desired: str) -> tuple[str, str]:
    """Return what stands around the first and around the last difference of two long texts.

    What is left out between them is counted, and said to differ where it does.
    """
    half = MAX_VALUE // 2
    first = _first_difference(live, desired)
    same_at_end = _first_difference(live[first:][::-1], desired[first:][::-1])
    start = max(0, first - _BEFORE)
    parts = [_head_gap_tail(text, start, half, same_at_end) for text in (live, desired)]
    differ = " that differ" if parts[0][1] != parts[1][1] else ""
    one, other = (
        f"{'…' if start else ''}{head}"
        + (f" … ({len(gap):,} characters{differ}) … " if gap else "")
        + tail
        for head, gap, tail in parts
    )
    return one, other


def _head_gap_tail(text: str, start: int, half: int, same_at_end: int) -> tuple[str, str, str]:
    end = min(len(text), len(text) - same_at_end + _BEFORE)
    tail = max(start + half, end - half)
    more = "…" if end < len(text) else ""
    return text[start : start + half], text[start + half : tail], text[tail:end] + more


def _first_difference(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _looks(text: str) -> str:
    """Return what is left of a text for the eye: not how a letter is made, and no blank."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _cut(text: str) -> str:
    if len(text) <= MAX_VALUE:
        return text
    return f"{text[:MAX_VALUE]}… ({len(text) - MAX_VALUE:,} more characters)"


def _shown(text: str) -> str:
    """Return text in which nothing is there that cannot be seen."""
    return without_fillers(visible(text, keep="\t"))


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
                yield DiffLine(" ", _cut(_shown(line[1:])))


def _changed_lines(lines: Sequence[str]) -> Iterator[DiffLine]:
    """Yield lines that go, then those that come, each against its counterpart of the other side."""
    goes = [line[1:] for line in lines if line[0] == "-"]
    comes = [line[1:] for line in lines if line[0] == "+"]
    pairs = [_told_apart(old, new) for old, new in zip_longest(goes, comes)]
    yield from (DiffLine("-", old) for old, _ in pairs if old is not None)
    yield from (DiffLine("+", new) for _, new in pairs if new is not None)


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)
