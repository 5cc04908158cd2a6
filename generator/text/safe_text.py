"""Text of others, made safe to show: nothing in it can steer a terminal or fake a line.

Messages, file names, source lines and a service's answers come from whoever wrote them. Every room
that shows such text does it through this module; which text is shown is not decided here.
"""

from __future__ import annotations

import unicodedata


def visible(text: str, *, keep: str = "") -> str:
    """Return the text with every unsafe character written as an escape such as `\\x1b`.

    Unsafe are controls, invisible and bidirectional format characters, surrogates, private use,
    unassigned ones, and every blank but U+0020: what `str.isprintable` says. `keep` are characters
    that stay as they are.
    """
    if text.isprintable():
        return text
    return "".join(c if c in keep else visible_character(c) for c in text)


def visible_character(character: str) -> str:
    """Return one character, or its escape where it could not be seen for what it is."""
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def one_line(text: str, limit: int) -> str:
    """Return text fit for one line of a terminal or a log, of at most `limit` characters.

    Line breaks and runs of blanks become one blank, other unsafe characters escapes, and what is
    beyond the limit is cut with an ellipsis; an escape counts as the character that it stands for.
    """
    cut = text[: limit + 1]
    shown = visible(" ".join(cut.split()))
    return shown if len(cut) <= limit else shown[: limit - 1] + "…"


def cell_width(character: str) -> int:
    """Return how many terminal columns a safe character takes: 0, 1 or 2 (Unicode UAX #11)."""
    if unicodedata.combining(character) or unicodedata.category(character) == "Me":
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
