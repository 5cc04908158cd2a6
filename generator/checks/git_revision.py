"""The files of the content at an earlier git revision, read without touching the work tree.

Only `git` itself is asked, without a shell, for objects: no checkout, no filters, no archive
attributes. A revision that comes from the command line can never become an option.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_REGULAR_FILE_MODES = ("100644", "100755")
_SET_BY_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


class HistoryError(ValueError):
    """The revision cannot be read: no git, no repository, or no such revision."""


def files_at(root: Path, revision: str, folder: str) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of each regular file below a folder at a revision.

    `root` is the content root, which may be a folder inside a git repository; paths are relative to
    it, with `/`. Raises HistoryError where git or the revision cannot be used.
    """
    commit = _commit(root, revision)
    listing = _git(root, "ls-tree", "-r", "-z", commit, "--", f"{folder}/")
    entries = []
    for entry in filter(None, listing.split(b"\0")):
        head, _, encoded = entry.partition(b"\t")
        mode, _, name = head.decode("ascii").split(" ")
        if mode in _REGULAR_FILE_MODES:
            entries.append((encoded.decode("utf-8", "surrogateescape"), name))
    request = "".join(f"{name}\n" for _, name in entries).encode("ascii")
    answer = _git(root, "cat-file", "--batch", given=request)
    position = 0
    for path, name in entries:
        if ".." in PurePosixPath(path).parts or PurePosixPath(path).is_absolute():
            raise HistoryError(f"{revision} holds the path {path!r}, which leaves the repository")
        end_of_head = answer.index(b"\n", position)
        found = answer[position:end_of_head].decode("ascii").split(" ")
        if found[:2] != [name, "blob"]:
            raise HistoryError(f"git has no content of {path} at {revision}")
        start = end_of_head + 1
        position = start + int(found[2]) + 1
        yield path, answer[start : position - 1]


def _commit(root: Path, revision: str) -> str:
    if not revision or revision.startswith("-") or not revision.isprintable():
        raise HistoryError(f"{revision!r} is not a git revision")
    _git(root, "rev-parse", "--git-dir")
    try:
        answer = _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    except HistoryError as error:
        raise HistoryError(
            f"git knows no revision {revision!r}; in a workflow, check out with fetch-depth: 0"
        ) from error
    return answer.decode("ascii").strip()


def _environment() -> dict[str, str]:
    """The process's own, without what git hooks set: the folder says which repository is meant."""
    kept = {name: value for name, value in os.environ.items() if name not in _SET_BY_HOOKS}
    return {**kept, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    executable = shutil.which("git")
    if executable is None:
        raise HistoryError("--base needs git, and there is none on the PATH")
    result = subprocess.run(  # noqa: S603 - a fixed program, arguments of our own, no shell
        [executable, "-C", str(root), *arguments],
        input=given,
        capture_output=True,
        check=False,
        env=_environment(),
    )
    if result.returncode:
        lines = result.stderr.decode("utf-8", "replace").strip().splitlines()
        raise HistoryError(f"git: {lines[0].removeprefix('fatal: ') if lines else 'failed'}")
    return result.stdout
