"""A git repository with dates of its own, made in a temporary folder, without the user's settings.

Only for tests: a commit is `step` days older or younger than the workspace's last write.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Repository:
    """A repository; commits are made `days` from now, so that their order never is a race."""

    folder: Path

    def git(self, *arguments: str, days: float = 0) -> str:
        moment = f"{(datetime.now(UTC) + timedelta(days=days)).timestamp():.0f} +0000"
        dates = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
        settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        result = subprocess.run(
            ["git", "-C", str(self.folder), *_IDENTITY, *arguments],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | dates | settings,
        )
        return result.stdout.strip()

    def commit(self, days: float, message: str = "content") -> str:
        """Commit everything that is in the folder and return the commit's hash."""
        self.git("add", "--all", ".")
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}", days=days)
        return self.git("rev-parse", "HEAD")

    def redate(self, seconds: str) -> None:
        """Give the last commit a date that `git commit` would refuse."""
        text = re.sub(r"> \d+ ", f"> {seconds} ", self.git("cat-file", "commit", "HEAD"))
        file = self.folder / ".git" / "redated"
        file.write_text(text + "\n", "utf-8")
        made = self.git("hash-object", "-t", "commit", "-w", "--literally", str(file))
        self.git("update-ref", "HEAD", made)


def repository_at(folder: Path) -> Repository:
    """Make an empty repository."""
    folder.mkdir(parents=True, exist_ok=True)
    repository = Repository(folder)
    repository.git("init", "--quiet", "--initial-branch=main")
    (folder / ".gitignore").write_text(".sentinelgen/\n", "utf-8")
    return repository
