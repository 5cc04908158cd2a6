"""Ids that content had once and has no more, though nobody retired them.

What is deployed of such a detection runs on and belongs to nobody: it is not ours to delete, and
nobody else knows of it. The history still tells.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generator.catalog.seat import SUFFIX, TESTS_SUFFIX, Seat
from generator.git.log import Commit, replaced_files
from generator.git.objects import TreeFile, read_blobs

MAX_COMMITS = 200
"""Commits that replaced or deleted files of the kind, looked at from HEAD back."""

MAX_BYTES = 64 * 1024 * 1024
"""Of the earlier files; a thousand of a large catalog take a tenth of it."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An id that a file said until a commit."""

    id: str
    file: str
    commit: Commit


@cache
def written_ids(seat: Seat) -> re.Pattern[bytes]:
    """Return what finds the id that a kind's document says, in the file's bytes."""
    key = re.escape(seat.id_key).encode()
    return re.compile(
        rb"^(?:\xef\xbb\xbf)?[\"']?"
        + key
        + rb"[\"']?[ \t]*:[ \t]*[\"']?([A-Za-z0-9_-]{1,64})(?![\w-])",
        re.MULTILINE,
    )


def given_up(root: Path, seat: Seat, ids: Collection[str]) -> tuple[GivenUp, ...]:
    """Return which of some lower-case ids the last commits took out of a kind's files.

    Raises HistoryError.
    """
    if not ids:
        return ()
    files = [
        file
        for file in replaced_files(root, seat.folder, limit=MAX_COMMITS)
        if file.path.endswith(SUFFIX) and not file.path.endswith(TESTS_SUFFIX)
    ]
    trees = [TreeFile(file.path, file.blob, 0) for file in files]
    contents = read_blobs(root, trees, MAX_BYTES) if trees else []
    found: dict[str, GivenUp] = {}
    for file, content in zip(files, contents, strict=True):
        for match in written_ids(seat).finditer(content):
            key = match[1].decode("ascii").lower()
            if key in ids:
                found.setdefault(key, GivenUp(key, file.path, file.commit))
    return tuple(found.values())
