"""Which detections an invocation asks for: files, folders, ids or AREA/SLUG names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.catalog.detection import Catalog, Detection
from generator.catalog.discovery import CATALOG_FOLDER, OWN_FILES, STRAY_FILE
from generator.text.near_names import ending, nearest

_TESTS = ".tests.yaml"

_COMPARED_PATHS = 10_000
"""Names; a path is looked for once an invocation, so a large catalog may take its time."""


_NAMED = 3
"""Files that a message about a catalog without detections names."""


class SelectionError(ValueError):
    """What is asked for is nothing in the catalog."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The files asked for, relative to the content root; None means all.

    `is_whole`: no PATHS were given, so that what is not asked for does not belong there.
    """

    files: frozenset[str] | None = None
    is_whole: bool = True

    def covers(self, file: str) -> bool:
        """Tell whether a file is asked for."""
        return self.files is None or file in self.files


WHOLE_CATALOG = Selection()


def select(catalog: Catalog, paths: Sequence[str], working_folder: Path) -> Selection:
    """Return what PATHS ask for: detection files, folders, ids, or AREA/SLUG.

    A path is looked up from the working folder and then from the content root. A tests file stands
    for its detection. Raises SelectionError when one of them names no detection.
    """
    if not paths:
        return WHOLE_CATALOG
    known = _known_files(catalog)
    labels = {entry.slug: entry.file for entry in catalog.problems if entry.slug and entry.file}
    labels |= {detection.slug: detection.source.file for detection in catalog.detections}
    ids: dict[str, list[str]] = {}
    for detection in catalog.detections:
        ids.setdefault(detection.id.lower(), []).append(detection.source.file)
    chosen: set[str] = set()
    for path in paths:
        found = ids.get(path.lower()) or [*_files_at(path, catalog, working_folder, labels, known)]
        if not found:
            raise SelectionError(_nothing_at(path, catalog, ids))
        chosen.update(found)
    return Selection(frozenset(chosen), is_whole=False)


def require_something(catalog: Catalog, selection: Selection) -> None:
    """Raise SelectionError when a selection covers nothing that could be looked at.

    A file that is not read because of its name or place is nothing, and so are the lists beside the
    detections; any other file that is faulty is something, and its fault is an error of its own.
    """
    if any(selection.covers(detection.source.file) for detection in catalog.detections):
        return
    strays = [entry for entry in catalog.problems if entry.problem.code == STRAY_FILE]
    if any(
        entry.problem.code != STRAY_FILE
        and entry.file not in OWN_FILES
        and (entry.file is None or selection.covers(entry.file))
        for entry in catalog.problems
    ):
        return
    folder = catalog.root / CATALOG_FOLDER
    if not folder.exists():
        link = " (it is a link that leads nowhere)" if folder.is_symlink() else ""
        message = f"there is no folder {CATALOG_FOLDER}/ in {catalog.root}{link}"
    elif selection.is_whole:
        message = f"{CATALOG_FOLDER}/ in {catalog.root} holds no detection"
    else:
        message = "what is asked for holds no detection"
    lines = [f"{message}, so nothing was looked at"]
    shown = [entry for entry in strays if entry.file is not None and selection.covers(entry.file)]
    lines += [f"{entry.file}: {entry.problem.message}" for entry in shown[:_NAMED]]
    if more := max(0, len(shown) - _NAMED):
        lines.append(f"{more} more {'file is' if more == 1 else 'files are'} not read")
    lines.append(f"detections are {CATALOG_FOLDER}/AREA/SLUG.yaml")
    raise SelectionError("\n".join(lines))


def narrowed(
    catalog: Catalog,
    selection: Selection,
    detections: Iterable[Detection],
    may_mean: Callable[[str], bool],
) -> Selection:
    """Return a selection that keeps of the loaded detections only the given ones.

    Files that hold no detection because something is wrong with them stay asked for where
    `may_mean` says so of their slug: nobody can tell what else they would have said.
    """
    dropped = {detection.source.file for detection in catalog.detections}
    dropped -= {detection.source.file for detection in detections}
    unread = unread_slugs(catalog)
    dropped |= {
        entry.file
        for entry in catalog.problems
        if entry.file is not None and entry.slug in unread and not may_mean(entry.slug)
    }
    known = _known_files(catalog) if selection.files is None else selection.files
    return Selection(frozenset(known - dropped), selection.is_whole)


def unread_slugs(catalog: Catalog) -> frozenset[str]:
    """Return the slugs of files that hold no detection because something is wrong with them."""
    loaded = {detection.slug for detection in catalog.detections}
    return frozenset(
        entry.slug
        for entry in catalog.problems
        if entry.slug is not None and entry.slug not in loaded
    )


def _known_files(catalog: Catalog) -> set[str]:
    known = {detection.source.file for detection in catalog.detections}
    known.update(entry.file for entry in catalog.problems if entry.file is not None)
    return known


def _files_at(
    path: str, catalog: Catalog, working_folder: Path, labels: Mapping[str, str], known: set[str]
) -> Iterator[str]:
    """Yield the known files that a path names. `labels` are files by what people call them."""
    root = catalog.root
    for start in (working_folder, root):
        relative = os.path.relpath(os.path.abspath(start / path), root).replace(os.sep, "/")  # noqa: PTH100 - links are not followed
        wanted = relative.removesuffix(_TESTS) + ".yaml" if relative.endswith(_TESTS) else relative
        if wanted in known:
            yield wanted
            return
        folder = "" if relative == "." else f"{relative}/"
        inside = [file for file in known if file.startswith(folder)] if folder != "../" else []
        if inside:
            yield from inside
            return
    if path in labels:
        yield labels[path]


def _nothing_at(path: str, catalog: Catalog, ids: Iterable[str]) -> str:
    names = [detection.slug for detection in catalog.detections] + list(ids)
    names += [detection.source.file for detection in catalog.detections]
    hint = ending(nearest(path, names, compared=_COMPARED_PATHS))
    return f"{path} is no detection file, no folder with detections and no detection id{hint}"
