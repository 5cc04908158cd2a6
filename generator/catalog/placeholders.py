"""The words that `new` writes where an author has to write: known to the scaffold and to checks.

What is left of them counts as well, in any case and with any blanks: a hurried author deletes the
first words of a sentence, or lets an editor wrap it.
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

REMAINDERS = (
    "what the rule identifies, what an attacker gains by it",
    "what a responder should look at first",
    "see to all that stands below",
    "harmless activity that the rule reports as well",
    "what {{Actor}} did",
)
"""Parts of the sentences that stand behind the marks."""

_LONGEST_SENTENCE = 300
"""Characters within which the last part of the description's sentences follows its first one."""


def _spaced(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in text.split())


_DESCRIPTION = (
    rf"{_spaced(REMAINDERS[0])}(?:(?s:.){{0,{_LONGEST_SENTENCE}}}?{_spaced(REMAINDERS[2])})?"
)
_PARTS = "|".join([_DESCRIPTION, *map(_spaced, REMAINDERS[1:])])
_MARKS = "|".join(map(_spaced, MARKS))
# In another case the words may be somebody's own, unless a colon or a quote ends them as ours.
_MARK = re.compile(
    rf"(?P<mark>(?:{_MARKS})|(?i:{_MARKS})(?=\s*[:\"']))(?:\s*(?::\s*)?(?i:{_PARTS}))?"
    rf"|(?P<remainder>(?i:{_PARTS}))"
)
_CANONICAL = {mark.casefold(): mark for mark in MARKS}


def placeholders_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the placeholders that are left in a text, with where they begin and end."""
    for found in _MARK.finditer(text):
        kind = "mark" if found["mark"] else "remainder"
        written = " ".join(found[kind].split())
        yield _CANONICAL.get(written.casefold(), _shortened(written)), *found.span(kind)


def placeholders(source: SourceText) -> Iterator[tuple[str, InFile]]:
    """Yield the placeholders that are left in a file, with their places."""
    for mark, start, end in placeholders_in(source.text):
        yield mark, resolve_offsets(source, start, end)


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
