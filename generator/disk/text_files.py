"""One file's bytes become text, or a problem that says why not.

Size, file type and encoding are judged here, before any parser sees the content. Nothing in this
module knows YAML.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from generator.disk.links import folder_problem, link_problem
from generator.disk.regular_files import open_regular
from generator.findings import Code, InFile, Problem, Severity
from generator.text.lines import line_and_column
from generator.text.source_text import SourceText

UNREADABLE_FILE = Code(
    "SG001",
    summary="File cannot be read",
    explanation=(
        "The file is missing rights, is a folder or a device, or has a name that is not UTF-8. "
        "What is not read can be neither checked nor deployed."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
OVERSIZED_FILE = Code(
    "SG003",
    summary="File larger than 1 MiB",
    explanation=(
        "The service takes queries of 10,000 characters, so no detection comes near this size. "
        "The file is not read."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
NOT_UTF8 = Code(
    "SG004",
    summary="Not UTF-8 text",
    explanation=(
        "Files are read as UTF-8 on every machine, so that the same content gives the same rules "
        "everywhere. Save the file as UTF-8 without a byte order mark."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)

MAX_FILE_BYTES = 1024 * 1024
"""Our own limit: the largest rule that the service takes is a small part of it."""

BYTE_ORDER_MARK = Code(
    "SG005",
    summary="Byte order mark at the beginning",
    explanation=(
        "The mark is invisible. It is skipped here and reaches no key, query or template; other "
        "tools may take it for a part of the first key. Save the file as UTF-8 without a byte "
        "order mark."
    ),
    severity=Severity.NOTE,
    source=(
        "https://yaml.org/spec/1.2.2/#52-character-encodings (a mark may begin a file); published "
        "rules of Azure/Azure-Sentinel have one"
    ),
)
"""The code of a note; a file that has one is read all the same."""

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_source(path: Path, file: str) -> SourceText | Problem:
    """Read a file of the content repository as UTF-8 text, line endings as they are.

    `file` names it in problems. A byte order mark at the beginning is skipped, and the text says
    so. Returns a problem for a file that cannot be read, is larger than 1 MiB or is not UTF-8.
    """
    try:
        with open_regular(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            data = stream.read(MAX_FILE_BYTES + 1) if size <= MAX_FILE_BYTES else None
    except OSError as error:
        return Problem(UNREADABLE_FILE, f"the file cannot be read: {error.strerror}", InFile(file))
    except ValueError:
        return Problem(UNREADABLE_FILE, "the name of the file holds a NUL character", InFile(file))
    if data is None or len(data) > MAX_FILE_BYTES:
        return Problem(
            OVERSIZED_FILE,
            f"the file is larger than {MAX_FILE_BYTES // 1024} KiB and is not read",
            InFile(file),
        )
    return _decode(data, file)


def read_content(root: Path, file: str) -> SourceText | Problem:
    """Read a file of a content repository by its name from the root, if its links may be followed.

    Returns a problem as `read_source` does, and for a link that leads nowhere or out of the root.
    """
    path = root / file
    real_root = root.resolve()
    return (
        folder_problem(path.parent, file, real_root)
        or link_problem(path, file, real_root)
        or read_source(path, file)
    )


def _decode(data: bytes, file: str) -> SourceText | Problem:
    if data.startswith(_UTF16):
        return Problem(NOT_UTF8, "the file is UTF-16, not UTF-8", InFile(file), _SAVE_AS_UTF8)
    has_mark = data.startswith(_BOM)
    if has_mark:
        data = data[len(_BOM) :]
    try:
        return SourceText(file, data.decode("utf-8"), has_mark)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line, column = line_and_column(before, len(before))
        return Problem(
            NOT_UTF8,
            f"byte 0x{data[error.start]:02X} is not UTF-8 text",
            InFile(file, line, column),
            _SAVE_AS_UTF8,
        )


_SAVE_AS_UTF8 = "save the file as UTF-8 without a byte order mark"


def byte_order_mark_notes(*sources: SourceText) -> tuple[Problem, ...]:
    """Return a note for each text whose file begins with a byte order mark."""
    return tuple(_noted(source.file) for source in sources if source.has_byte_order_mark)


def marked_file_notes(root: Path, files: Iterable[str]) -> tuple[Problem, ...]:
    """Return a note for each of the files that begins with a byte order mark.

    For files whose readers report nothing but faults. `files` are relative to the content root; one
    that cannot be read is its reader's to report.
    """
    real_root = root.resolve()
    return tuple(
        _noted(file)
        for file in files
        if folder_problem((root / file).parent, file, real_root) is None
        and link_problem(root / file, file, real_root) is None
        and _begins_with_mark(root / file)
    )


def _begins_with_mark(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return stream.read(len(_BOM)) == _BOM
    except (OSError, ValueError):
        return False


def _noted(file: str) -> Problem:
    return Problem(
        BYTE_ORDER_MARK,
        "the file begins with a byte order mark, which is skipped",
        InFile(file),
        _SAVE_AS_UTF8,
    )
