"""Writes files that must not exist yet: what `init` and `new` have in common.

Nothing is ever overwritten, and either all files are written or none.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

from generator.cli.editor_schemas import schema_files, write_editor_schemas
from generator.cli.exit_codes import CommandError
from generator.cli.scaffold import Form, detection_files, document_files
from generator.disk.atomic_files import create_files
from generator.kinds import seat_of

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]*(?:/[A-Za-z0-9][A-Za-z0-9 ._-]*)+")


def new_detection_files(slug: str, form: Form = "detection") -> dict[str, str]:
    """Return the files of a new document with a fresh GUID, of a detection in one of two forms.

    AREA/SLUG is a detection; other kinds begin with their folder, such as hunting/AREA/SLUG. Raises
    CommandError when the slug is none.
    """
    if not _SLUG.fullmatch(slug) or slug.endswith((".", " ", ".yaml", ".tests")):
        raise CommandError(
            f"{slug!r} is no AREA/SLUG: at least two names of letters, digits, '-', '_', '.' or "
            "blanks, joined by '/', such as identity/new-federated-domain"
        )
    words = re.sub(r"[-_. ]+", " ", slug.rpartition("/")[2]).strip()
    name = words[:1].upper() + words[1:]
    seat = seat_of(slug)
    if not seat.areas and seat.file(slug).count("/") > 1:
        raise CommandError(f"{slug!r}: each {seat.what} is a file {seat.form}")
    if seat.labels_begin:
        return document_files(seat, slug, str(uuid.uuid4()), f'"{name}"')
    return detection_files(form, slug, str(uuid.uuid4()), f'"{name}"')


def write_new_files(root: Path, planned: Mapping[str, str]) -> list[str]:
    """Write new files below `root` and return their paths; the editor's schemas are refreshed.

    Raises CommandError, before anything is written, when one of them exists already or cannot be.
    """
    for path in planned:
        if (root / path).exists() or (root / path).is_symlink():
            raise CommandError(f"{path} exists already; nothing was written")
    _refuse_links(root, (*planned, *schema_files().values()))
    try:
        create_files({root / path: text for path, text in planned.items()})
        write_editor_schemas(root)
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be written: {error.strerror}") from error
    return list(planned)


def _refuse_links(root: Path, files: Iterable[str]) -> None:
    """Raise CommandError where a link, which content may bring, would choose the place."""
    real_root = root.resolve()
    for file in files:
        real = (root / file).resolve()
        if real != real_root / file:
            raise CommandError(f"{file} leads through a link to {real}; nothing was written")
