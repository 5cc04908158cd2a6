"""The content repository's `detections/_templates/`: which templates exist and what they say.

Files only; nothing here knows Jinja until a template is compiled. Names never lead out of the
folder, whether by `..`, an absolute path or a link.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from generator.disk.links import folder_problem
from generator.disk.text_files import byte_order_mark_notes, read_source
from generator.findings import Problem
from generator.kql_templates.fault import (
    TEMPLATE_NOT_FOUND,
    TEMPLATE_OUTSIDE_FOLDER,
    TemplateFaultError,
)
from generator.text.near_names import nearest, question
from generator.text.source_text import SourceText

if TYPE_CHECKING:
    from generator.kql_templates.environment import KqlEnvironment

FOLDER = "detections/_templates"
SUFFIX = ".kql.j2"


class TemplateLibrary:
    """The templates below one content root, each read and compiled at most once."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER
        self.root = root
        self._read: dict[str, SourceText | Problem] = {}

    @cached_property
    def environment(self) -> KqlEnvironment:
        """The Jinja environment that compiles and keeps this library's templates."""
        # Jinja costs more to import than a whole catalog of plain queries takes to load.
        from generator.kql_templates.environment import KqlEnvironment  # noqa: PLC0415

        return KqlEnvironment(self)

    def source(self, name: str) -> SourceText | Problem:
        """Return a template's text, or the problem that reading its file met.

        `name` is the path below the folder without `.kql.j2`; with it is as good. Raises
        TemplateFaultError for a name that leads out of the folder or that no template has.
        """
        if name not in self._read:
            # Asking the file system about a name is dear, so only unknown ones are asked about.
            name = self.canonical(name)
            if name not in self._read:
                self._read[name] = self._load(name)
        return self._read[name]

    def notes(self) -> tuple[Problem, ...]:
        """Return what is worth a note about the templates that have been read so far."""
        texts = (source for source in self._read.values() if isinstance(source, SourceText))
        return byte_order_mark_notes(*texts)

    def canonical(self, name: str) -> str:
        """Return the one spelling of a template's name. Raises TemplateFaultError, see `source`."""
        plain = name.removesuffix(SUFFIX)
        parts = plain.split("/")
        if (
            PurePosixPath(plain).is_absolute()
            or any(part in ("", ".", "..") for part in parts)
            or any(character in plain for character in "\\:\0\r\n")
        ):
            raise TemplateFaultError(
                TEMPLATE_OUTSIDE_FOLDER,
                f"{name!r} is no name of a template in {FOLDER}/",
                "name the template by its path below that folder, without ..",
            )
        if not self._is_inside:
            raise TemplateFaultError(
                TEMPLATE_OUTSIDE_FOLDER,
                f"{FOLDER} is a link that leads out of the repository and is not followed",
            )
        path = self._folder.joinpath(*parts[:-1], parts[-1] + SUFFIX)
        if not _may_be_file(path):
            raise TemplateFaultError(
                TEMPLATE_NOT_FOUND,
                f"there is no template {plain!r}: {FOLDER}/{plain}{SUFFIX} does not exist",
                question(nearest(plain, self.names)),
            )
        if not path.resolve().is_relative_to(self._folder.resolve()):
            raise TemplateFaultError(
                TEMPLATE_OUTSIDE_FOLDER, f"the template {plain!r} is a link that leaves {FOLDER}/"
            )
        return plain

    @cached_property
    def _is_inside(self) -> bool:
        return folder_problem(self._folder, FOLDER, self.root.resolve()) is None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every template's name, sorted."""
        return tuple(f.removesuffix(SUFFIX) for f in self._files if f.endswith(SUFFIX))

    @cached_property
    def stray_files(self) -> tuple[str, ...]:
        """The files among the templates that are none, from the content root; no hidden ones."""
        return tuple(f"{FOLDER}/{f}" for f in self._files if not f.endswith((SUFFIX, ".md")))

    @cached_property
    def _files(self) -> tuple[str, ...]:
        if not self._is_inside:
            return ()
        found = (
            f.relative_to(self._folder) for f in sorted(self._folder.rglob("*")) if _is_file(f)
        )
        return tuple(f.as_posix() for f in found if not any(p.startswith(".") for p in f.parts))

    def _load(self, name: str) -> SourceText | Problem:
        file = f"{FOLDER}/{name}{SUFFIX}"
        return read_source(self._folder / f"{name}{SUFFIX}", file)


def _may_be_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return True  # reading it says why it cannot be read


def _is_file(path: Path) -> bool:
    # A link that leads nowhere is a file that cannot be read, and reading it says so.
    return path.is_file() or (path.is_symlink() and not path.is_dir())
