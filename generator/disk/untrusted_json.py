"""JSON that comes back to us: of bounded size and depth, and with one meaning only.

Plans, snapshots, the notes of recent writes and the service's answers are read here. What their
members mean is told by the modules that write them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MAX_DEPTH = 64
"""Nested lists and objects; a rule of the service has some eight."""


def read_json(path: Path, limit: int) -> Any:
    """Return the document in a file of at most `limit` bytes.

    Raises OSError where it cannot be read, and ValueError where it is larger, nested deeper than
    MAX_DEPTH, or not JSON with one meaning: a key that stands twice, NaN.
    """
    with path.open("rb") as stream:
        # Not its size: a pipe or a device has none.
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"larger than {limit} bytes")
    return parse_json(data.decode("utf-8"))


def parse_json(text: str) -> Any:
    """Return the document of a text.

    Raises ValueError where it is nested deeper than MAX_DEPTH, or not JSON with one meaning.
    """
    try:
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    _check_depth(document)
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object names a member twice")
    return members


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _check_depth(document: Any) -> None:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for value in level
            if isinstance(value, (dict, list))
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return
    raise ValueError("nested too deeply")
