"""The files of the content at an earlier git revision, read without touching the work tree.

A revision that comes from the command line can never become an option.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generator.git.commands import HistoryError, git
from generator.git.objects import list_files, read_blobs


def files_at(root: Path, revision: str, folder: str) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of each regular file below a folder at a revision.

    `root` is the content root, which may be a folder inside a git repository; paths are relative to
    it, with `/`. Raises HistoryError where git or the revision cannot be used.
    """
    files = list_files(root, _commit(root, revision), f"{folder}/")
    for file, content in zip(files, read_blobs(root, files), strict=True):
        yield file.path, content


def file_at(root: Path, revision: str, path: str) -> bytes | None:
    """Return the bytes of a regular file at a revision; None where it holds none of this path.

    `path` is relative to the content root, with `/`. Raises HistoryError where git or the revision
    cannot be used.
    """
    files = list_files(root, _commit(root, revision), path)
    contents = read_blobs(root, [file for file in files if file.path == path])
    return contents[0] if contents else None


def _commit(root: Path, revision: str) -> str:
    if not revision or revision.startswith("-") or not revision.isprintable():
        raise HistoryError(f"{revision!r} is not a git revision")
    git(root, "rev-parse", "--git-dir")
    try:
        answer = git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    except HistoryError as error:
        raise HistoryError(
            f"git knows no revision {revision!r}; in a workflow, check out with fetch-depth: 0"
        ) from error
    return answer.decode("ascii").strip()
