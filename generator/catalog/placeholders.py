"""The words that `new` writes where an author has to write: known to the scaffold and to checks.

Exact, and on one line each, so that nobody's own text is taken for ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.findings import InFile
from generator.text.positions import resolve_offsets
from generator.text.source_text import SourceText

TEXT = "Replace this text"
TITLE = "Replace this title"
OPERATION = "Replace this operation"
"""Stands in the query and in the tests' events: no log holds it, so the rule never alerts."""

MARKS = (TEXT, TITLE, OPERATION)

_MARK = re.compile("|".join(MARKS))


def placeholders(source: SourceText) -> Iterator[tuple[str, InFile]]:
    """Yield the placeholders that are left in a file, with their places."""
    for found in _MARK.finditer(source.text):
        yield found[0], resolve_offsets(source, *found.span())
