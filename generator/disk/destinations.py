"""Where a file that the user names may be written: to a regular file or to none yet, no others.

A rename puts a file in the place of whatever stands there, so a device or a pipe would be gone.
Links that content may have brought never choose the place, and content is never written over: what
commands write are JSON documents and databases, and each replaces its own kind only.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from generator.disk.untrusted_json import read_json

CONTENT_SUFFIXES = frozenset({".yaml", ".yml", ".j2", ".kql"})
"""Of files that people write and commands read."""

MAX_BYTES = 256 * 1024 * 1024
"""Of a file that is replaced: what is larger was not written by us."""

_SQLITE = b"SQLite format 3\0"
"""https://www.sqlite.org/fileformat.html#magic_header_string"""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that commands write. `members` are those of a JSON document, none of a
    database."""

    name: str
    members: frozenset[str] = frozenset()

    def wrote(self, path: Path) -> bool:
        """Tell whether a regular file is empty or of this kind. Raises OSError."""
        with path.open("rb") as stream:
            start = stream.read(len(_SQLITE))
        if not start or not self.members:
            return not start or start == _SQLITE
        try:
            document = read_json(path, MAX_BYTES)
        except ValueError:
            return False
        return isinstance(document, dict) and self.members <= document.keys()


PLAN = FileKind("a plan", frozenset({"workspaceId", "contentHash", "actions"}))
REPORT = FileKind("a report", frozenset({"workspaceId", "results", "exitCode"}))
SNAPSHOT = FileKind("a snapshot", frozenset({"workspaceId", "takenAt", "rules"}))
DATABASE = FileKind("a database")


def destination_problem(path: Path, kind: FileKind) -> str | None:
    """Return why no file of a kind is written to a path; None where one may be.

    Refused are a file that holds something else than an earlier one of its kind, what exists and is
    no regular file, also behind a link, folders that are links on the way from the working folder,
    and a file's own folder that is one. A link directly below the root is part of the machine
    (macOS has /tmp so). Also refused are the name of a content file, and `-`, which other tools
    take for standard output.
    """
    if str(path) == "-":
        return "a file is meant, not standard output"
    if path.suffix.lower() in CONTENT_SUFFIXES:
        return f"a {path.suffix} file is content, which commands read"
    try:
        problem = _replacement_problem(path, kind)
    except FileNotFoundError:
        problem = "it is a symbolic link that leads nowhere" if path.is_symlink() else None
    except (OSError, ValueError) as error:
        problem = f"it cannot be looked at: {getattr(error, 'strerror', None) or error}"
    return problem or linked_folder_problem(path)


def _replacement_problem(path: Path, kind: FileKind) -> str | None:
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        return f"it is {_file_type(mode)}, not a regular file"
    if not kind.wrote(path):
        return f"it holds something else than {kind.name}: name another file, or delete this one"
    return None


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


def _file_type(mode: int) -> str:
    kinds = {
        stat.S_ISDIR: "a folder",
        stat.S_ISFIFO: "a pipe",
        stat.S_ISSOCK: "a socket",
        stat.S_ISCHR: "a device",
        stat.S_ISBLK: "a device",
    }
    return next((name for is_kind, name in kinds.items() if is_kind(mode)), "something else")
