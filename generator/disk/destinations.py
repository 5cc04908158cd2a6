"""Where a file that the user names may be written: to a regular file or to none yet, no others.

A rename puts a file in the place of whatever stands there, so a device or a pipe would be gone.
Links that content may have brought never choose the place, and content is never written over: what
commands write are JSON documents and databases.
"""

from __future__ import annotations

import stat
from pathlib import Path

CONTENT_SUFFIXES = frozenset({".yaml", ".yml", ".j2", ".kql"})
"""Of files that people write and commands read."""


def destination_problem(path: Path) -> str | None:
    """Return why nothing is written to a path; None where a file may be.

    Refused are what exists and is no regular file, also behind a link, folders that are links on
    the way from the working folder, and a file's own folder that is one. A link directly below the
    root is part of the machine (macOS has /tmp so). Also refused are the name of a content file,
    and `-`, which other tools take for standard output.
    """
    if str(path) == "-":
        return "a file is meant, not standard output"
    if path.suffix.lower() in CONTENT_SUFFIXES:
        return f"a {path.suffix} file is content, which commands read"
    try:
        status = path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            return "it is a symbolic link that leads nowhere"
    except (OSError, ValueError) as error:
        return f"it cannot be looked at: {getattr(error, 'strerror', None) or error}"
    else:
        if not stat.S_ISREG(status.st_mode):
            return f"it is {_kind(status.st_mode)}, not a regular file"
    return linked_folder_problem(path)


def linked_folder_problem(path: Path) -> str | None:
    """Return why nothing is written below the folders of a path; None where it may be."""
    here = Path.cwd()
    absolute = here / path
    own = absolute.parent
    for folder in absolute.parents:
        is_ours = folder.is_relative_to(here) or (
            folder == own and folder.parent != Path(folder.anchor)
        )
        if is_ours and folder != here and folder.is_symlink():
            return f"the folder {folder} is a symbolic link: name the folder that it leads to"
    return None


def _kind(mode: int) -> str:
    kinds = {
        stat.S_ISDIR: "a folder",
        stat.S_ISFIFO: "a pipe",
        stat.S_ISSOCK: "a socket",
        stat.S_ISCHR: "a device",
        stat.S_ISBLK: "a device",
    }
    return next((name for is_kind, name in kinds.items() if is_kind(mode)), "something else")
