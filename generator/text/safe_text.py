"""Text from content, made safe to show: nothing in it can steer a terminal or fake a line.

Messages, file names and source lines come from files that anybody may have written.
"""

from __future__ import annotations

import unicodedata

_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, invisible and bidirectional format characters, surrogates, private use, unassigned."""


def visible(text: str) -> str:
    """Return the text with every unsafe character written as an escape such as `\\x1b`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(visible_character(character) for character in text)


def visible_character(character: str) -> str:
    """Return one character, or its escape where it is a control, invisible or unassigned."""
    if unicodedata.category(character) not in _UNSAFE_CATEGORIES:
        return character
    return character.encode("unicode_escape").decode("ascii")


def cell_width(character: str) -> int:
    """Return how many terminal columns a safe character takes: 0, 1 or 2 (Unicode UAX #11)."""
    if unicodedata.combining(character) or unicodedata.category(character) == "Me":
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
