"""Whether a build would change nothing, known without building: the state of all that it reads.

One hash stands for the settings, the tool itself and every byte of the content, another for every
byte of the artifacts. A record repeats what a build said only when both are what they were after
it, so an old record or a stranger's is never followed. Only a plain `build` asks; `--check` and
deployments always work from the content.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from generator.disk.atomic_files import replace_files
from generator.disk.private_cache import PrivateCache
from generator.disk.regular_files import open_regular
from generator.kinds import seats

CONTENT = ("sentinelgen.yaml", *(seat.folder for seat in seats()), "schemas", "tenants")
"""What a build reads, relative to the content root; a test watches that this is everything."""

_PACKAGE = Path(__file__).parents[1]
_RECORD = "build"
_TESTS_SUFFIX = ".tests.yaml"
_MOST_RECORD_BYTES = 64 * 1024 * 1024

_NAMES_FILES = ("tenants/", *(f"{seat.folder}/" for seat in seats() if seat.beside))
"""Where files may name others that a document is made of."""

# A file that names others may name what lies elsewhere in the repository, plainly or in escapes.
_POINTS_UPWARD = re.compile(rb"\.\.|\\[xuU]")


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """What a build said: findings as written to stderr, why KQL was left out, how many files."""

    findings: str
    kql_left_out: str | None
    artifacts: int


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


class _NotComparableError(Exception):
    """Something in the content is no plain file or folder, or refers to what is not looked at."""


def content_hash(root: Path, settings: Sequence[str]) -> str | None:
    """Return a hash that differs wherever a build of the whole catalog could.

    `settings` are the options and variables that matter, and the date on which waivers are judged.
    Returns None where the content holds links or anything else that such a hash cannot stand for.
    """
    try:
        digest = hashlib.sha256(json.dumps([*settings, *_tool()]).encode())
        for name in CONTENT:
            _add(digest, root / name, name)
    except (OSError, _NotComparableError):
        return None
    return digest.hexdigest()


def artifacts_hash(out: Path) -> str | None:
    """Return a hash of everything in the output folder, or None where it holds links."""
    digest = hashlib.sha256()
    try:
        _add(digest, out, "")
    except (OSError, _NotComparableError):
        return None
    return digest.hexdigest()


def recall_build(cache: PrivateCache, content: str, artifacts: str) -> BuildRecord | None:
    """Return what the last build said, if these were the hashes after it."""
    try:
        with open_regular(cache.folder / _RECORD) as file:
            sealed = file.read(_MOST_RECORD_BYTES)
    except OSError:
        return None
    value = cache.unseal(_entry(content, artifacts), sealed)
    return None if value is None else BuildRecord(**json.loads(value))


def has_record(cache: PrivateCache) -> bool:
    """Tell whether there is a record, and it is worth computing hashes."""
    return (cache.folder / _RECORD).is_file()


def remember_build(cache: PrivateCache, content: str, artifacts: str, record: BuildRecord) -> None:
    """Keep what a build said; where that cannot be written, nothing is kept."""
    value = json.dumps(
        {
            "findings": record.findings,
            "kql_left_out": record.kql_left_out,
            "artifacts": record.artifacts,
        }
    ).encode()
    sealed = cache.seal(_entry(content, artifacts), value)
    with suppress(OSError):
        cache.folder.mkdir(parents=True, exist_ok=True)
        replace_files({cache.folder / _RECORD: [sealed]})


def _entry(content: str, artifacts: str) -> str:
    return f"{_RECORD} {content} {artifacts}"


def _add(digest: _Hash, path: Path, name: str) -> None:
    """Add a file, or everything below a folder; nothing where neither is there."""
    if path.is_symlink():
        raise _NotComparableError
    if path.is_dir():
        _add_folder(digest, str(path), name)
    elif path.exists():
        _add_file(digest, str(path), name, path.stat().st_size)


def _add_folder(digest: _Hash, folder: str, name: str) -> None:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    digest.update(f"\0folder {len(entries)} {name}\0".encode("utf-8", "surrogateescape"))
    for entry in entries:
        inner = f"{name}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            _add_folder(digest, entry.path, inner)
        elif entry.is_file(follow_symlinks=False):
            _add_file(digest, entry.path, inner)
        else:
            raise _NotComparableError


def _add_file(digest: _Hash, path: str, name: str, size: int | None = None) -> None:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        size = os.fstat(descriptor).st_size if size is None else size
        data = os.read(descriptor, size + 1)
    finally:
        os.close(descriptor)
    if len(data) != size:
        raise _NotComparableError  # it changes while we look, or is larger than one read
    may_point = name.endswith(_TESTS_SUFFIX) or name.startswith(_NAMES_FILES)
    if may_point and _POINTS_UPWARD.search(data):
        raise _NotComparableError
    digest.update(f"\0file {size} {name}\0".encode("utf-8", "surrogateescape"))
    digest.update(data)


def _tool() -> Iterator[str]:
    """Yield what tells this installation from any other: interpreter, packages, our own files."""
    yield sys.version
    for folder in map(Path, sys.path):
        # Installing or removing a distribution changes the folder that holds it.
        if folder.name.endswith("-packages") and folder.is_dir():
            yield f"{folder} {folder.stat().st_mtime_ns}"
    yield from _own_files(str(_PACKAGE))


def _own_files(folder: str) -> Iterator[str]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _own_files(entry.path)
        else:
            status = entry.stat()
            yield f"{entry.path} {status.st_size} {status.st_mtime_ns}"
