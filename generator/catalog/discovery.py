"""Which files below `detections/` are detections, and which only look like it.

Looks at names and file types only; no file is opened here. Links are judged before anything behind
them is touched, so a link can neither lead out of the repository nor into a loop.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.findings import InFile, Problem

CATALOG_FOLDER = "detections"
RETIRED_FILE = "detections/retired.yaml"
NOT_DETECTABLE_FILE = "detections/not-detectable.yaml"
TESTS_SUFFIX = ".tests.yaml"

_SUFFIX = ".yaml"
_YAML_SUFFIXES = (".yaml", ".yml")
_OWN_FILES = frozenset({RETIRED_FILE, NOT_DETECTABLE_FILE})


@dataclass(frozen=True, slots=True)
class DetectionFile:
    """A file that should hold a detection. `file` is relative to the content root with `/`."""

    path: Path
    file: str

    @property
    def slug(self) -> str:
        """AREA/SLUG: the path below `detections/` without `.yaml`."""
        return self.file.removeprefix(f"{CATALOG_FOLDER}/").removesuffix(_SUFFIX)


@dataclass(frozen=True, slots=True)
class Discovery:
    """The detection files in the order of their slugs, and what stands in their way."""

    files: tuple[DetectionFile, ...]
    problems: tuple[Problem, ...]


def discover(root: Path) -> Discovery:
    """Find the detection files of a content repository.

    `detections/AREA/…/SLUG.yaml`, but nothing below a folder whose name begins with `_`, no
    `*.tests.yaml` and nothing directly in `detections/`. There need be no `detections/`.
    """
    files: list[DetectionFile] = []
    problems: list[Problem] = []
    for entry in _entries(root / CATALOG_FOLDER, CATALOG_FOLDER, root.resolve()):
        if isinstance(entry, Problem):
            problems.append(entry)
        else:
            files.append(entry)
    files.sort(key=lambda file: file.slug)
    return Discovery(tuple(files), tuple(problems))


def _entries(folder: Path, relative: str, real_root: Path) -> Iterator[DetectionFile | Problem]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except OSError as error:
        yield _unreadable(relative, f"the folder cannot be read: {error.strerror}")
        return
    for entry in entries:
        # A name that is no UTF-8 could not be printed; its bytes are shown instead.
        name = os.fsencode(entry.name).decode("utf-8", "backslashreplace")
        yield from _entry(entry, f"{relative}/{name}", name == entry.name, real_root)


def _entry(
    entry: os.DirEntry[str],
    file: str,
    printable: bool,
    real_root: Path,
) -> Iterator[DetectionFile | Problem]:
    looks_like_yaml = entry.name.lower().endswith(_YAML_SUFFIXES)
    path = Path(entry.path)
    if entry.is_symlink() and (looks_like_yaml or _leads_to_a_folder(path)):
        if entry.name.startswith("_") and not looks_like_yaml:
            return
        fault = _link_fault(path, real_root)
        if fault:
            yield Problem("SG002", fault, InFile(file))
            return
    if not looks_like_yaml:
        if entry.is_dir() and not entry.name.startswith("_"):
            yield from _entries(path, file, real_root)
        return
    if file in _OWN_FILES or (entry.name.endswith(TESTS_SUFFIX) and file.count("/") > 1):
        return
    if entry.is_dir():
        yield _unreadable(file, "this is a folder, not a file")
    elif not stat.S_ISREG(entry.stat().st_mode):
        yield _unreadable(file, "this is no regular file")
    elif not printable:
        yield _unreadable(file, "the name of the file is not UTF-8")
    elif not entry.name.endswith(_SUFFIX) or entry.name == _SUFFIX or file.count("/") == 1:
        yield Problem("SG050", _why_no_detection(file), InFile(file), _PLACE_HELP)
    else:
        yield DetectionFile(path, file)


_PLACE_HELP = f"detections are {CATALOG_FOLDER}/AREA/SLUG{_SUFFIX}; move or rename the file"


def _why_no_detection(file: str) -> str:
    if file.count("/") == 1:
        return "this file is not read: it lies directly in detections/, not in an area"
    return "this file is not read: the name of a detection ends in .yaml"


def _unreadable(file: str, message: str) -> Problem:
    return Problem("SG001", message, InFile(file))


def _leads_to_a_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a link that leads to itself
        return True


def _link_fault(path: Path, real_root: Path) -> str | None:
    """Say why a link is not followed; None for a link to a file inside of the repository."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "this link leads nowhere"
    if not target.is_relative_to(real_root):
        return "this link leads out of the repository and is not followed"
    if target.is_dir():
        return "this link leads to a folder and is not followed"
    return None
