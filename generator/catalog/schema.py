"""The schemas of the catalog's own files, the detection format's first.

What a schema is and how documents are checked against it is in `generator.text.schema`.
"""

from __future__ import annotations

import json

from generator.text import schema as any_schema
from generator.text.schema import Schema, with_nulls

DETECTION_SCHEMA = "detection.schema.json"

_PACKAGE = "generator.catalog"


def schema_text(name: str = DETECTION_SCHEMA) -> str:
    """Return a schema file of the catalog as it is; the detection format's by default."""
    return any_schema.schema_text(_PACKAGE, name)


def editor_schema_text() -> str:
    """Return the detection format's schema for editors and other tools.

    They validate a file as it is written, where a key without a value is null and means absent;
    the schema file itself is for documents whose nulls are gone.
    """
    definition = with_nulls(json.loads(schema_text()))
    return json.dumps(definition, indent=2, ensure_ascii=False) + "\n"


def load_schema(name: str = DETECTION_SCHEMA) -> Schema:
    """Load a schema file of the catalog."""
    return any_schema.load_schema(_PACKAGE, name)
