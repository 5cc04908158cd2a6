"""Characters of a text that nobody sees: blanks that are none, zero widths, controls, fillers.

Data and look-up only; what such a character means where it stands is for the checks to say. From
the Unicode Character Database: general categories, and Default_Ignorable_Code_Point.
"""

from __future__ import annotations

import re
import unicodedata

from generator.text.safe_text import FILLERS

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidirectional embeddings, overrides and isolates: text behind them is shown in another order."""

_JOINERS = frozenset("\u200c\u200d")
_CONTROL_NAMES = {
    "\x00": "NULL",
    "\x07": "BELL",
    "\x08": "BACKSPACE",
    "\x0b": "VERTICAL TAB",
    "\x0c": "FORM FEED",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
}
_CANDIDATE = re.compile(r"[^ -~\t\r\n]")


def unseen_offsets(text: str) -> list[int]:
    """Return where characters stand that cannot be seen; blanks, tabs and line ends are usual."""
    return [match.start() for match in _CANDIDATE.finditer(text) if _is_unseen(match[0])]


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN_CATEGORIES or character in FILLERS


def is_space(character: str) -> bool:
    """Tell whether a character is a blank with a width, such as the no-break space."""
    return unicodedata.category(character) == "Zs"


def shapes_its_neighbours(text: str, offset: int) -> bool:
    """Tell whether a joiner or variation selector stands where scripts and emoji need one."""
    before = text[offset - 1 : offset]
    behind = text[offset + 1 : offset + 2]
    if text[offset] in _JOINERS:
        return _is_beyond_ascii(before) and _is_beyond_ascii(behind)
    return unicodedata.category(text[offset]) == "Mn" and _is_beyond_ascii(before)


def _is_beyond_ascii(character: str) -> bool:
    return character != "" and not character.isascii()


def character_name(character: str) -> str:
    """Return code point and name, for example `U+00A0 NO-BREAK SPACE`."""
    name = unicodedata.name(character, _CONTROL_NAMES.get(character, "CONTROL CHARACTER"))
    return f"U+{ord(character):04X} {name}"
