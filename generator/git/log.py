"""Which commits touched some files, newest first, and how far back a clone can tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from generator.git.commands import HistoryError, git


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
