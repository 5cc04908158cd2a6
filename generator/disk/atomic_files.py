"""Writing files whole or not at all, readable by their owner only where they hold a workspace."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TextIO


def write_atomically(path: Path, text: str, *, private: bool = False) -> None:
    """Write text so that a kill leaves the old file or the new one. Raises OSError."""
    write_with(path, lambda stream: stream.write(text), private=private)


def write_with(path: Path, write: Callable[[TextIO], object], *, private: bool = False) -> None:
    """Let `write` fill a file that takes its place only when it is whole and on the disk.

    With `private` only the owner may read it (mode 0600). Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp makes the file for its owner only; it is widened afterwards, never narrowed.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        # A live rule may hold half a surrogate pair; written as \\udXXX it is JSON all the same.
        with os.fdopen(
            handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n"
        ) as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        if not private:
            mask = os.umask(0)
            os.umask(mask)
            Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
