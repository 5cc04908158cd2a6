"""Habits of community rules that are set right on the way into a rule.

Pure functions on text. Microsoft's own packager does both; whoever uses them here leaves a note
with the author, which the loader writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.findings import DocumentPath

_QUOTES = ("'", '"')


def normalise_tactic(text: str) -> str:
    """Return a tactic as the API spells it: "Lateral Movement" becomes "LateralMovement"."""
    return text.replace(" ", "")


def written_tactics(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the tactics of a document as the API spells them."""
    for tactic in document.get("tactics") or ():
        yield normalise_tactic(tactic)


def written_techniques(document: Mapping[str, Any]) -> Iterator[tuple[DocumentPath, str]]:
    """Yield the techniques of a document, each with where it stands.

    Recent hunting queries of the community write `techniques` in place of `relevantTechniques`.
    """
    for key in ("relevantTechniques", "techniques"):
        for index, technique in enumerate(document.get(key) or ()):
            yield (key, index), technique


def strip_description_quotes(text: str) -> str:
    """Return a description without one pair of quotes around the whole of it.

    Official rules often wrap the text of a block scalar in quotes, which then are part of it. White
    space around the pair goes with it; a description without such a pair is returned unchanged, and
    so is one that merely begins and ends with quoted words ('this' or 'that').
    """
    wrapped = text.strip()
    if len(wrapped) < len("''") or wrapped[0] not in _QUOTES or wrapped[-1] != wrapped[0]:
        return text
    inner = wrapped[1:-1]
    return text if _closes_and_opens_again(inner, wrapped[0]) else inner.strip()


def _closes_and_opens_again(inner: str, quote: str) -> bool:
    closing = re.search(rf"(?<=\S){quote}(?=[\s,.;:)])", inner)
    opening = re.compile(rf"(?<=[\s(]){quote}(?=\S)")
    if closing is None or opening.search(inner, 0, closing.start()):
        return False
    return opening.search(inner, closing.end()) is not None
