"""Which files are documents of a kind of content, and which only look like it.

Looks at names and file types only; no file is opened here. Links are judged before anything behind
them is touched, so a link can neither lead out of the repository nor into a loop.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.catalog.seat import SUFFIX, TESTS_SUFFIX, Seat
from generator.disk.links import folder_problem, link_problem
from generator.disk.text_files import UNREADABLE_FILE
from generator.findings import Code, InFile, Problem, Severity

CATALOG_FOLDER = "detections"
RETIRED_FILE = "detections/retired.yaml"
NOT_DETECTABLE_FILE = "detections/not-detectable.yaml"

STRAY_FILE = Code(
    "SG050",
    summary="YAML file that is not read",
    explanation=(
        "Detections are detections/AREA/SLUG.yaml. A file elsewhere below detections/, or one "
        "that ends in .yml, looks as if it were deployed and is not: move, rename or remove it."
    ),
    severity=Severity.WARNING,
    source="Our own decision.",
)
"""A YAML file that is not read because of its name or place."""

RESERVED_AREA = Code(
    "SG052",
    summary="Area with the name of another kind's folder",
    explanation=(
        "An area of that name would give detections the labels and the artifacts of another kind "
        "of content: arm/hunting/… are hunting queries. Give the area another name, or move files "
        "that are of that kind into its folder beside detections/."
    ),
    severity=Severity.ERROR,
    source="Our own decision; docs/artifacts.md describes the folders.",
    waivable=False,
)

RESERVED_AREAS = frozenset({"automation", "hunting", "parsers", "watchlists"})
"""Names below `arm/` that stand for something else than an area of detections."""

_YAML_SUFFIXES = (".yaml", ".yml")
OWN_FILES = frozenset({RETIRED_FILE, NOT_DETECTABLE_FILE})
"""The lists beside the detections."""


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A file that should hold a document. `file` is relative to the content root with `/`."""

    path: Path
    file: str
    seat: Seat

    @property
    def slug(self) -> str:
        """What people call it."""
        return self.seat.label(self.file)


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files in the order of their slugs, and what stands in their way."""

    files: tuple[ContentFile, ...]
    problems: tuple[Problem, ...]


def discover(root: Path, seats: Iterable[Seat]) -> Discovery:
    """Find the files of a content repository that hold documents of some kinds.

    `FOLDER/AREA/…/SLUG.yaml`, but nothing below a folder whose name begins with `_`, no
    `*.tests.yaml` and nothing directly in the folder. There need be no such folder.
    """
    found = [_discover(root, seat) for seat in seats]
    return Discovery(
        tuple(file for one in found for file in one.files),
        tuple(problem for one in found for problem in one.problems),
    )


def _discover(root: Path, seat: Seat) -> Discovery:
    real_root = root.resolve()
    files: list[ContentFile] = []
    problems: list[Problem] = []
    folders = [(root / seat.folder, seat.folder)]
    while folders:
        folder, relative = folders.pop()
        for found in _in_folder(folder, relative, real_root, seat):
            match found:
                case ContentFile():
                    files.append(found)
                case Problem():
                    problems.append(found)
                case _:
                    folders.append(found)
    files.sort(key=lambda file: file.slug)
    problems.sort(key=_place)
    return Discovery(tuple(files), tuple(problems))


_Folder = tuple[Path, str]


def _in_folder(
    folder: Path, relative: str, real_root: Path, seat: Seat
) -> Iterator[ContentFile | Problem | _Folder]:
    try:
        if relative == seat.folder and (problem := folder_problem(folder, relative, real_root)):
            yield problem
            return
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    except OSError as error:
        yield _unreadable(relative, f"the folder cannot be read: {error.strerror}")
        return
    for entry in entries:
        # A name that is no UTF-8 could not be printed; its bytes are shown instead.
        name = os.fsencode(entry.name).decode("utf-8", "backslashreplace")
        file = f"{relative}/{name}"
        try:
            found = _judge(entry, file, real_root, seat)
        except OSError as error:
            found = _unreadable(file, f"the file cannot be read: {error.strerror}")
        if found is not None:
            yield found


def _judge(
    entry: os.DirEntry[str], file: str, real_root: Path, seat: Seat
) -> ContentFile | Problem | _Folder | None:
    """Say what an entry is; None for what has nothing to do with content."""
    if entry.name.lower().endswith(_YAML_SUFFIXES):
        return _judge_yaml(entry, file, real_root, seat)
    path = Path(entry.path)
    if entry.name.startswith("_") or not seat.areas or not path.is_dir():
        return None
    return link_problem(path, file, real_root) or (path, file)


def _judge_yaml(
    entry: os.DirEntry[str], file: str, real_root: Path, seat: Seat
) -> ContentFile | Problem | None:
    depth = file.count("/")
    is_tests = entry.name.endswith(TESTS_SUFFIX) and seat.tested and depth > 1
    if file in seat.lists or is_tests:
        return None
    path = Path(entry.path)
    if (problem := link_problem(path, file, real_root)) is not None:
        return problem
    mode = entry.stat().st_mode
    if not stat.S_ISREG(mode):
        what = "a folder, not a file" if stat.S_ISDIR(mode) else "no regular file"
        return _unreadable(file, f"this is {what}")
    return _misplaced(entry.name, file, seat) or ContentFile(path, file, seat)


def _misplaced(name: str, file: str, seat: Seat) -> Problem | None:
    is_direct = seat.areas and file.count("/") == 1
    is_tests = name.endswith(TESTS_SUFFIX) and not seat.tested
    if not name.endswith(SUFFIX) or name == SUFFIX or is_direct or is_tests:
        help_ = f"each {seat.what} is a file {seat.form}; move or rename it"
        return Problem(STRAY_FILE, _why_stray(file, seat), InFile(file), help_)
    if not file.endswith(f"/{name}"):
        return _unreadable(file, "the name of the file is not UTF-8")
    return None


def reserved_area_problem(file: ContentFile) -> Problem | None:
    """Return what is wrong with the area of a file that is a document all the same, or None."""
    area = file.file.split("/")[1].lower()
    if file.seat.labels_begin or area not in RESERVED_AREAS:
        return None
    message = f"{file.seat.folder}/{area}/ is no area: the name stands for something else in arm/"
    return Problem(RESERVED_AREA, message, InFile(file.file), "give the area another name")


def _why_stray(file: str, seat: Seat) -> str:
    if seat.areas and file.count("/") == 1:
        return f"this file is not read: it lies directly in {seat.folder}/, not in an area"
    if file.endswith(TESTS_SUFFIX):
        return f"this file is not read: a {seat.what} has no tests"
    return f"this file is not read: the name of a {seat.what} ends in .yaml"


def _unreadable(file: str, message: str) -> Problem:
    return Problem(UNREADABLE_FILE, message, InFile(file))


def _place(problem: Problem) -> str:
    return problem.place.file if isinstance(problem.place, InFile) else ""
