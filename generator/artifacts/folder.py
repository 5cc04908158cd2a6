"""The output folder: what is there, what is ours, and how new artifacts get into it.

Everything is written beside its place first and only then renamed, so a full disk changes nothing
and a kill leaves each file whole. A symbolic link is never followed, and a file without the marker
is never touched.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from generator.artifacts.build import Artifacts, Content, folded_name
from generator.artifacts.errors import ArtifactError, ArtifactWriteError
from generator.artifacts.marker import MARKER_BYTES, source_of
from generator.disk.atomic_files import is_temporary, replace_files
from generator.findings import Code, InFile, Problem, Severity
from generator.kinds import KINDS

IN_THE_WAY = Code(
    "SG803",
    summary="Something else lies where an artifact belongs",
    explanation=(
        "Every artifact carries a marker that says it is generated. A file without it was written "
        "by somebody and is never overwritten, and a symbolic link is never followed. Nothing is "
        "written until it has been moved, or another folder is chosen with `--out`."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)

_CATALOG_FILE = re.compile(r"(?<![^/])catalog/([a-z]+)(-[0-9]+)?\.(json|bicep)\Z")
_SUFFIXES = (".json", ".bicep")


@dataclass(frozen=True, slots=True)
class Differences:
    """How an output folder differs from what belongs there; paths are relative to it with `/`."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    left_over: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.left_over)


@dataclass(frozen=True, slots=True)
class _Present:
    """What lies in the output folder. `files` has the sizes in bytes of regular files.

    `temporary` is what a killed run left; `others` are links, devices and the like.
    """

    files: dict[str, int] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    temporary: list[str] = field(default_factory=list)


def write_artifacts(out: Path, artifacts: Artifacts, *, remove_stale: bool) -> tuple[str, ...]:
    """Make the folder hold the artifacts and return the paths written or removed, in order.

    With `remove_stale`, artifacts that are not among them are removed, and folders that this
    empties. Files that are already as they should be are not rewritten.

    Raises ArtifactError when something that is not ours is in the way; nothing was written.
    Raises ArtifactWriteError when the machine refuses: while the files are written beside, nothing
    has changed; during the renames each file is whole, old or new, and the next build finishes.
    """
    try:
        present = _look(out, artifacts, everything=remove_stale)
        if problems := list(_in_the_way(out, artifacts, present)):
            raise ArtifactError(problems)
        for path in present.temporary:
            (out / path).unlink()
        changed = {
            path: content
            for path, content in artifacts.items()
            if not _is_as_planned(out, path, content, present)
        }
        left_over = _left_over(out, artifacts, present) if remove_stale else []
        _replace(out, changed)
        _remove(out, left_over, artifacts)
    except OSError as error:
        raise ArtifactWriteError(f"artifacts cannot be written: {error}") from error
    return tuple(sorted({*changed, *left_over}))


def check_artifacts(out: Path, artifacts: Artifacts, *, complete: bool) -> Differences:
    """Compare the folder with the artifacts and write nothing.

    With `complete`, the artifacts are all that should be there, and others of ours are left over.

    Raises ArtifactWriteError when the folder cannot be read.
    """
    try:
        present = _look(out, artifacts, everything=complete)
        missing = [path for path in artifacts if path not in present.files]
        stale = [
            path
            for path, content in artifacts.items()
            if path in present.files and not _is_as_planned(out, path, content, present)
        ]
        left_over = _left_over(out, artifacts, present) + present.temporary if complete else []
    except OSError as error:
        raise ArtifactWriteError(f"artifacts cannot be read: {error}") from error
    return Differences(tuple(missing), tuple(stale), tuple(sorted(left_over)))


def _look(out: Path, artifacts: Artifacts, *, everything: bool) -> _Present:
    """List the folder: all of it, or only the folders that the artifacts go into."""
    present = _Present()
    if not os.path.lexists(out):
        return present
    if out.is_symlink() or not out.is_dir():
        present.others.add("")
        return present
    wanted = _folders_of(artifacts)
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(out / folder) as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if is_temporary(entry.name) and not entry.is_dir(follow_symlinks=False):
                    present.temporary.append(path)
                elif entry.is_dir(follow_symlinks=False):
                    present.folders.add(path)
                    # A repository below the output folder has artifacts of its own.
                    if entry.name != ".git" and (everything or path in wanted):
                        folders.append(path)
                elif entry.is_file(follow_symlinks=False):
                    present.files[path] = entry.stat(follow_symlinks=False).st_size
                else:
                    present.others.add(path)
    return present


def _folders_of(paths: Iterable[str]) -> set[str]:
    return {parent for path in paths for parent in _parents(path)}


def _parents(path: str) -> Iterator[str]:
    parts = path.split("/")[:-1]
    for depth in range(1, len(parts) + 1):
        yield "/".join(parts[:depth])


def _in_the_way(out: Path, artifacts: Artifacts, present: _Present) -> Iterator[Problem]:
    no_folder = "is not a folder, and a symbolic link is not followed"
    if "" in present.others:
        yield _problem(out, "", no_folder)
        return
    for folder in sorted(_folders_of(artifacts)):
        if folder in present.others or folder in present.files:
            yield _problem(out, folder, no_folder)
    for path in artifacts:
        if path in present.others or path in present.folders:
            yield _problem(out, path, "is not a regular file")
        elif _exists(out, path, present) and _source(out, path) is None:
            yield _problem(out, path, "was not written by sentinelgen")


def _exists(out: Path, path: str, present: _Present) -> bool:
    # Where case does not count, the file may be listed under another spelling.
    return path in present.files or (bool(present.files) and os.path.lexists(out / path))


def _problem(out: Path, path: str, what: str) -> Problem:
    name = f"{out.name}/{path}" if path else out.name
    return Problem(
        IN_THE_WAY,
        f"{name} {what}, so no artifact can be written there",
        InFile(name),
        "Move or remove it, or build into another folder with --out.",
    )


def _source(out: Path, path: str) -> str | None:
    with (out / path).open("rb") as file:
        return source_of(path, file.read(MARKER_BYTES))


def _is_as_planned(out: Path, path: str, content: Content, present: _Present) -> bool:
    if present.files.get(path) != sum(map(len, content)):
        return False
    return (out / path).read_bytes() == b"".join(content)


def _left_over(out: Path, artifacts: Artifacts, present: _Present) -> list[str]:
    return [
        path
        for path in sorted(present.files)
        if path.endswith(_SUFFIXES)
        and path not in artifacts
        and (source := _source(out, path)) is not None
        and not _belongs_to_a_folder_below(path, source)
    ]


def _belongs_to_a_folder_below(path: str, source: str) -> bool:
    """Say whether the file is at its place in another output folder that lies inside this one.

    Building into the repository itself, for one, must not take away what `arm/` holds.
    """
    for kind in KINDS.values():
        if source == kind.seat.folder:
            match = _CATALOG_FILE.search(path)
            return match is not None and match.start() > 0 and match[1] == kind.catalog
        if source.startswith(f"{kind.seat.folder}/"):
            place = kind.seat.label(source)
            return path.endswith((f"/{place}.json", f"/{place}.bicep"))
    return False


def _replace(out: Path, changed: Artifacts) -> None:
    """Write all files beside their places, and rename them only when every one is there."""
    made: list[Path] = []
    try:
        if changed:
            for folder in ["", *sorted(_folders_of(changed))]:
                _make_folder(out / folder, made)
        replace_files({out / path: content for path, content in changed.items()})
    finally:
        for new in reversed(made):
            # Only a folder that nothing came into can be removed.
            with suppress(OSError):
                new.rmdir()


def _make_folder(folder: Path, made: list[Path]) -> None:
    missing = [folder, *folder.parents]
    for ancestor in reversed(missing[: _count_missing(missing)]):
        ancestor.mkdir(exist_ok=True)
        made.append(ancestor)


def _count_missing(folders: list[Path]) -> int:
    return next((count for count, folder in enumerate(folders) if folder.exists()), len(folders))


def _remove(out: Path, left_over: list[str], artifacts: Artifacts) -> None:
    planned = {folded_name(path): path for path in artifacts}
    for path in left_over:
        twin = planned.get(folded_name(path))
        # Where case or composition does not count, a renamed slug's old file may be the new one.
        if twin is None or not (out / path).samefile(out / twin):
            (out / path).unlink()
    for emptied in sorted(_folders_of(left_over), reverse=True):
        with suppress(OSError):
            (out / emptied).rmdir()
