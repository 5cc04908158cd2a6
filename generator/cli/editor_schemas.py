"""The schemas that editors follow, and the copies of them that a content repository holds.

The copies are ours to overwrite: they stand below `.sentinelgen/`, which is not in git.
"""

from __future__ import annotations

from pathlib import Path

from generator.detection_tests.load import suite_schema_text
from generator.disk.atomic_files import write_atomically
from generator.kinds.analytic_rule.seat import SEAT

SCHEMA_FILES = {
    "detection": ".sentinelgen/detection.schema.json",
    "tests": ".sentinelgen/tests.schema.json",
}
"""By the kind of file that they are for, relative to the content root."""


def editor_schema(of: str) -> str:
    """Return the JSON Schema of `detection` or `tests` files as an editor should take it."""
    return SEAT.editor_schema() if of == SEAT.what else suite_schema_text()


def write_editor_schemas(root: Path) -> None:
    """Write the schemas into a content repository. Raises OSError when that is impossible."""
    for kind, file in SCHEMA_FILES.items():
        target = root / file
        write_atomically(target, editor_schema(kind))
