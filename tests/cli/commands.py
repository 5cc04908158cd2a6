"""Runs `sentinelgen` as a process of its own, the way a shell does, and looks at what it left."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

KILL_SECONDS = 20
HOME = "home-of-the-user"

_NOT_INHERITED = ("CI", "NO_COLOR", "FORCE_COLOR", "GITHUB_WORKSPACE", "SENTINELGEN_DEBUG")


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return variables that hold nothing of the machine's settings; `home` is the user's own."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    folders = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    return {**kept, **folders, "COLUMNS": "100", **(more or {})}


def run(
    *arguments: str,
    folder: Path,
    variables: Mapping[str, str] | None = None,
    permissions_count: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, killed after 20 seconds.

    `permissions_count`: as they do for ordinary users, even where the tests run as root.
    """
    command = [sys.executable, "-m", "generator", *arguments]
    if permissions_count:
        command = [*without_rights(), *command]
    home = folder.parent / HOME
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(home, variables),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=KILL_SECONDS,
        check=False,
    )


def without_rights() -> tuple[str, ...]:
    """Return what to put before a command so that permissions count for root as well."""
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if runs_as_root() else ()


def runs_as_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def can_do_without_rights() -> bool:
    return hasattr(os, "geteuid") and (not runs_as_root() or shutil.which("setpriv") is not None)


def tree(root: Path) -> dict[str, object]:
    """Return what lies below a folder, to compare with what lies there later.

    Caches, in `.sentinelgen/` and in the user's own folder, hold nothing that counts.
    """
    found: dict[str, object] = {}
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in {".sentinelgen", HOME}]
        for name in (*folders, *files):
            path = Path(folder, name)
            status = path.lstat()
            regular = stat.S_ISREG(status.st_mode)
            found[str(path.relative_to(root))] = (
                (status.st_size, status.st_mtime_ns) if regular else status.st_mode
            )
    return found
