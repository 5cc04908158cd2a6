"""Offsets of the language service, which counts UTF-16 units, as offsets in characters."""

from __future__ import annotations

from collections.abc import Callable


def character_offsets(text: str) -> Callable[[int], int]:
    """Return the function from UTF-16 offsets of a text to its character offsets."""
    if text.isascii() or max(text) <= "\uffff":
        return lambda offset: offset
    characters: list[int] = []
    for index, character in enumerate(text):
        characters.extend([index] if character <= "\uffff" else [index, index])
    characters.append(len(text))
    return lambda offset: characters[min(offset, len(characters) - 1)]
