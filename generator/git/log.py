"""Which commits touched some files, newest first, and how far back a clone can tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from generator.git.commands import HistoryError, git
from generator.git.objects import REGULAR_FILE_MODES


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit by its full hash, and when it was made (UTC)."""

    hash: str
    made: datetime

    @property
    def short(self) -> str:
        """How people name the commit: ten digits, and the day."""
        return f"{self.hash[:10]} ({self.made:%Y-%m-%d})"


def commits_of(
    root: Path, *paths: str, limit: int, first_parents: bool = False
) -> tuple[Commit, ...]:
    """Return at most `limit` commits, from HEAD back, that changed files at paths.

    Every line of the history counts, also one that a merge took nothing from; with `first_parents`
    only the one on which a merge is one commit. Raises HistoryError.
    """
    line = ("--first-parent",) if first_parents else ("--full-history",)
    options = ("--timestamp", f"--max-count={limit}", *line)
    answer = git(root, "rev-list", *options, "HEAD", "--", *paths)
    return tuple(
        Commit(hash_, _moment(seconds))
        for seconds, _, hash_ in (line.partition(" ") for line in answer.decode().splitlines())
    )


def files_of_last_commits(root: Path, *paths: str, limit: int) -> tuple[str, ...]:
    """Return the files at paths that the last commits changed, added or deleted, newest first.

    Only the line on which a merge is one commit counts. Names are from the content root with `/`.
    Raises HistoryError.
    """
    listing = git(
        root,
        *("log", "--first-parent", "-m", "--relative", "--name-only"),
        *("--no-renames", "--format=", "-z", f"-{limit}", "HEAD", "--", *paths),
    )
    names = (name.strip(b"\n").decode("utf-8", "surrogateescape") for name in listing.split(b"\0"))
    return tuple(dict.fromkeys(filter(None, names)))


@dataclass(frozen=True, slots=True)
class ReplacedFile:
    """A file as it was before a commit changed or deleted it. `blob` names its bytes."""

    path: str
    blob: str
    commit: Commit


def replaced_files(root: Path, *paths: str, limit: int) -> tuple[ReplacedFile, ...]:
    """Return what the last `limit` commits that changed or deleted files replaced, newest first.

    Only the line on which a merge is one commit counts. Names are from the content root with `/`.
    Raises HistoryError.
    """
    listing = git(
        root,
        *("log", "--first-parent", "-m", "--relative", "--raw", "--no-abbrev", "--no-renames"),
        *("--diff-filter=DM", "--format=%x01%H %ct", "-z", f"-{limit}", "HEAD", "--", *paths),
    )
    found: list[ReplacedFile] = []
    commit: Commit | None = None
    blob: str | None = None
    for part in (part.strip(b"\n") for part in listing.split(b"\0")):
        if part.startswith(b"\x01"):
            hash_, _, seconds = part[1:].decode("ascii").partition(" ")
            commit = Commit(hash_, _moment(seconds))
        elif part.startswith(b":") and blob is None:
            mode, _, before, *_ = part[1:].decode("ascii").split()
            blob = before if mode in REGULAR_FILE_MODES else ""
        elif blob is not None and commit is not None:
            if blob:
                path = part.decode("utf-8", "surrogateescape")
                found.append(ReplacedFile(path, blob, commit))
            blob = None
    return tuple(found)


def is_shallow(root: Path) -> bool:
    """Tell whether the clone was cut off somewhere. Raises HistoryError."""
    return git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"


def require_commits(root: Path) -> None:
    """Raise HistoryError where there is no repository, or nothing was ever committed."""
    git(root, "rev-parse", "--git-dir")
    try:
        git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except HistoryError as error:
        raise HistoryError("git: nothing has been committed yet") from error


def _moment(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError, OSError):
        # A date that no calendar has is still a place in the history, at its far end.
        return datetime.max.replace(tzinfo=UTC)
