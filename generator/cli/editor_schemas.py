"""The schemas that editors follow, and the copies of them that a content repository holds.

The copies are ours to overwrite: they stand below `.sentinelgen/`, which is not in git.
"""

from __future__ import annotations

from pathlib import Path

from generator.detection_tests.load import suite_schema_text
from generator.disk.atomic_files import write_atomically
from generator.kinds import seats

TESTS = "tests"


def schema_files() -> dict[str, str]:
    """Return where the schemas are, relative to the content root, by what they are for."""
    names = (*(seat.what for seat in seats()), TESTS)
    return {name: f".sentinelgen/{name.replace(' ', '-')}.schema.json" for name in names}


def schema_names() -> list[str]:
    """Return the names by which a schema is asked for: kinds of content, `detection`, `tests`."""
    return ["detection", TESTS, *(seat.kind for seat in seats())]


def editor_schema(of: str) -> str:
    """Return the JSON Schema of a kind of documents, or of tests, as an editor should take it.

    `of` is what one document is called, or the name of the kind.
    """
    if of == TESTS:
        return suite_schema_text()
    return next(seat for seat in seats() if of in {seat.what, seat.kind}).editor_schema()


def write_editor_schemas(root: Path) -> None:
    """Write the schemas into a content repository. Raises OSError when that is impossible."""
    for name, file in schema_files().items():
        write_atomically(root / file, editor_schema(name))
