"""The changes of an action as lines that people read: queries as a unified diff, the rest by value.

Texts come from a workspace and from authors, so control characters are shown, never passed on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any, Literal

from generator.deploy.normalise import Change
from generator.text.safe_text import visible

MAX_VALUE = 300
"""Characters of a value that are shown; the JSON plan holds all of it."""


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line: what was and goes, what comes, or what is the same around it."""

    sign: Literal["-", "+", " ", "@"]
    text: str


def diff_lines(change: Change) -> Iterator[DiffLine]:
    """Yield the lines that show one change."""
    if change.path == "properties.query" and _is_text(change.live) and _is_text(change.desired):
        yield from _query_lines(change.live or "", change.desired or "")
        return
    if change.live is not None:
        yield DiffLine("-", shown_value(change.live))
    if change.desired is not None:
        yield DiffLine("+", shown_value(change.desired))


def shown_value(value: Any) -> str:
    """Return a value on one line, as JSON, cut where it is very long."""
    text = visible(json.dumps(value, ensure_ascii=False, sort_keys=True))
    return text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}…"


def short_path(path: str) -> str:
    """Return a change's path as a heading."""
    return path.removeprefix("properties.")


def _query_lines(live: str, desired: str) -> Iterator[DiffLine]:
    lines = unified_diff(
        live.replace("\r\n", "\n").rstrip().split("\n"),
        desired.replace("\r\n", "\n").rstrip().split("\n"),
        lineterm="",
        n=2,
    )
    for number, line in enumerate(lines):
        if number < 2:
            continue  # the names of two files, which there are not
        if line.startswith("@@"):
            yield DiffLine("@", line)
        elif line.startswith("-"):
            yield DiffLine("-", visible(line[1:], keep="\t"))
        elif line.startswith("+"):
            yield DiffLine("+", visible(line[1:], keep="\t"))
        else:
            yield DiffLine(" ", visible(line[1:], keep="\t"))


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)
