"""Files and their bytes at a commit, straight from git's objects.

Regular files only: a link or a submodule of an old commit is nothing that content is read from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from generator.git.commands import MAX_ANSWER, HistoryError, git

MAX_LISTING = 16 * 1024 * 1024
"""Bytes of the list of a commit's files: room for some hundred thousand of them."""

REGULAR_FILE_MODES = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class TreeFile:
    """A file at a commit. `path` is relative to the content root; `blob` names its bytes."""

    path: str
    blob: str
    size: int


def list_files(root: Path, commit: str, *paths: str) -> tuple[TreeFile, ...]:
    """Return the regular files at and below paths; a path of a folder ends in `/`.

    Raises HistoryError, also for a path that would lead out of the content root.
    """
    listing = git(root, "ls-tree", "-r", "-z", "-l", commit, "--", *paths, limit=MAX_LISTING)
    files = []
    for entry in filter(None, listing.split(b"\0")):
        head, _, encoded = entry.partition(b"\t")
        mode, _, blob, size = head.decode("ascii").split()
        if mode not in REGULAR_FILE_MODES:
            continue
        path = encoded.decode("utf-8", "surrogateescape")
        if ".." in PurePosixPath(path).parts or PurePosixPath(path).is_absolute():
            raise HistoryError(f"{commit} holds the path {path!r}, which leaves the repository")
        if not size.isdigit():
            # What a partial clone lacks, or what was lost, has no size.
            raise HistoryError(f"git has no content of {path!r} at this commit")
        files.append(TreeFile(path, blob, int(size)))
    return tuple(files)


def read_blobs(root: Path, files: Sequence[TreeFile], limit: int = MAX_ANSWER) -> list[bytes]:
    """Return the bytes of files, in their order. Raises HistoryError."""
    request = "".join(f"{file.blob}\n" for file in files).encode("ascii")
    answer = git(root, "cat-file", "--batch", given=request, limit=limit)
    contents = []
    position = 0
    for file in files:
        end_of_head = answer.find(b"\n", position)
        found = answer[position:end_of_head].decode("ascii", "replace").split(" ")
        if end_of_head < 0 or found[:2] != [file.blob, "blob"]:
            raise HistoryError(f"git has no content of {file.path!r} at this commit")
        start = end_of_head + 1
        position = start + int(found[2]) + 1
        contents.append(answer[start : position - 1])
    return contents
