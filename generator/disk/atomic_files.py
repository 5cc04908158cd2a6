"""Writing files whole or not at all: each stands beside its place first and is then renamed.

The only module that replaces files. A kill leaves every file as it was or as it was to become, and
at worst a temporary file beside it, which `is_temporary` tells by its name.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

_TEMPORARY = re.compile(r"\.sentinelgen-[0-9a-f]+\.tmp")


def is_temporary(name: str) -> bool:
    """Tell whether a file of this name is what a killed run left beside a file of its own."""
    return _TEMPORARY.fullmatch(name) is not None


def write_atomically(path: Path, text: str, *, private: bool = False) -> None:
    """Write text so that a kill leaves the old file or the new one. Raises OSError."""
    write_with(path, lambda stream: stream.write(text), private=private)


def write_with(path: Path, write: Callable[[TextIO], object], *, private: bool = False) -> None:
    """Let `write` fill a file that takes its place only when it is whole and on the disk.

    Folders that are missing are made. With `private` only the owner may read the file (mode 0600).
    Raises OSError.
    """
    _require_file_or_nothing(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path.parent, private=private) as (stream, temporary):
        # A live rule may hold half a surrogate pair; written as \\udXXX it is JSON all the same.
        with open(
            stream.fileno(),
            "w",
            encoding="utf-8",
            errors="backslashreplace",
            newline="\n",
            closefd=False,
        ) as text:
            write(text)
            text.flush()
            os.fsync(text.fileno())
        stream.close()
        temporary.replace(path)


def replace_files(files: Mapping[Path, Iterable[bytes]], *, private: bool = False) -> None:
    """Write all files beside their places, and rename them only when every one is there.

    Their folders have to be there. A full disk changes nothing. What is written is not waited for
    to reach the disk: these are files that a next run makes again. Raises OSError.
    """
    written: list[tuple[Path, Path]] = []
    try:
        for path, content in files.items():
            _require_file_or_nothing(path)
            stream, temporary = _opened(path.parent, private=private)
            written.append((temporary, path))
            with stream:
                stream.writelines(content)
        while written:
            temporary, path = written[-1]
            temporary.replace(path)
            written.pop()
    finally:
        for temporary, _path in written:
            temporary.unlink(missing_ok=True)


def create_files(files: Mapping[Path, str]) -> None:
    """Write texts to files that must not exist yet: all of them or none.

    Folders that are missing are made. Raises OSError, a FileExistsError among them.
    """
    created: list[Path] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                created.append(path)
                stream.write(text)
    except BaseException:
        for path in created:
            path.unlink(missing_ok=True)
        raise


def _require_file_or_nothing(path: Path) -> None:
    """Raise OSError where a rename would take away a device, a pipe or a folder."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        raise OSError(errno.EEXIST, "no regular file is there", str(path))


@contextmanager
def _beside(folder: Path, *, private: bool) -> Iterator[tuple[BinaryIO, Path]]:
    """Yield a new file in a folder; what has not been renamed at the end is removed."""
    stream, temporary = _opened(folder, private=private)
    try:
        with stream:
            yield stream, temporary
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _opened(folder: Path, *, private: bool) -> tuple[BinaryIO, Path]:
    temporary = folder / f".sentinelgen-{secrets.token_hex(8)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    # Made for its owner only where it stays so: a mode that is narrowed afterwards comes too late.
    descriptor = os.open(temporary, flags, 0o600 if private else 0o666)
    return os.fdopen(descriptor, "wb"), temporary
