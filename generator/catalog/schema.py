"""The schemas of the catalog's own lists and settings.

What a schema is and how documents are checked against it is in `generator.text.schema`.
"""

from __future__ import annotations

from generator.text import schema as any_schema
from generator.text.schema import Schema

_PACKAGE = "generator.catalog"


def load_schema(name: str) -> Schema:
    """Load a schema file of the catalog."""
    return any_schema.load_schema(_PACKAGE, name)
