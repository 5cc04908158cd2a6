"""JSON that comes back to us: of bounded size and depth, and with one meaning only.

Plans, snapshots, the notes of recent writes and the service's answers are read here. What their
members mean is told by the modules that write them.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from generator.disk.regular_files import open_regular

MAX_DEPTH = 64
"""Nested lists and objects of a file; a rule of the service has some eight."""

MAX_ANSWER_DEPTH = 48
"""Of an answer. What is read becomes part of a plan or a snapshot, where it lies some levels deeper
and has to be readable again."""


def read_json(path: Path, limit: int) -> Any:
    """Return the document in a file of at most `limit` bytes.

    Raises OSError where it cannot be read or is no regular file, and ValueError where it is larger,
    nested deeper than MAX_DEPTH, or not JSON with one meaning: a key that stands twice, NaN.
    """
    with open_regular(path) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"larger than {limit} bytes")
    return parse_json(data.decode("utf-8"))


def parse_json(text: str, max_depth: int = MAX_DEPTH) -> Any:
    """Return the document of a text.

    Raises ValueError where it is nested deeper than that, or not JSON with one meaning: a key that
    stands twice, NaN, a number that no reader can hold.
    """
    try:
        document = json.loads(
            text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_real
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    _check_depth(document, max_depth)
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object names a member twice")
    return members


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _real(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _check_depth(document: Any, max_depth: int) -> None:
    level = [document]
    for _ in range(max_depth):
        level = [
            item
            for value in level
            if isinstance(value, (dict, list))
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return
    raise ValueError("nested too deeply")
