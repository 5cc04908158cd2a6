"""Texts against patterns with `*`, in time that grows with pattern times text and never faster.

A regular expression with many `.*` tries every way to share the text between them. Nothing here
knows what is matched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto


class Wild(Enum):
    """What stands for more than one certain character.

    ONE: a character that is no separator. WITHIN: a text without separators. ANY: any text.
    FOLDERS: nothing, or any text that ends with a separator.
    """

    ONE = auto()
    WITHIN = auto()
    ANY = auto()
    FOLDERS = auto()


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern: single characters and wild parts. `separator` is empty where there is none."""

    parts: Sequence[str | Wild]
    separator: str = ""

    def matches(self, text: str) -> bool:
        """Whether the whole of a text matches."""
        ends = len(self.parts)
        # reached[i] says that the parts before i match what was read so far.
        reached = self._without_reading([True] + [False] * ends)
        opened = [part is Wild.FOLDERS and reached[i] for i, part in enumerate(self.parts)]
        for character in text:
            following = [False] * (ends + 1)
            parts_away = character != self.separator
            for index, part in enumerate(self.parts):
                if part is Wild.FOLDERS:
                    # What was begun goes on, and is complete behind each separator.
                    following[index + 1] |= opened[index] and not parts_away
                elif not reached[index]:
                    continue
                elif part is Wild.ANY or (part is Wild.WITHIN and parts_away):
                    following[index] = True
                elif part == character or (part is Wild.ONE and parts_away):
                    following[index + 1] = True
            reached = self._without_reading(following)
            for index, part in enumerate(self.parts):
                if part is Wild.FOLDERS and reached[index]:
                    opened[index] = True
            if not any(reached) and not any(opened):
                return False
        return reached[ends]

    def _without_reading(self, reached: list[bool]) -> list[bool]:
        for index, part in enumerate(self.parts):
            if reached[index] and part in (Wild.ANY, Wild.WITHIN, Wild.FOLDERS):
                reached[index + 1] = True
        return reached


def starred(pattern: str) -> Glob:
    """Return the pattern in which `*` is any text and nothing else is wild."""
    return Glob([Wild.ANY if character == "*" else character for character in pattern])


def of_slugs(glob: str) -> Glob:
    """Return a glob on AREA/SLUG: `*` and `?` stay within a folder, `**` does not."""
    parts: list[str | Wild] = []
    position = 0
    while position < len(glob):
        if glob.startswith("**/", position):
            parts.append(Wild.FOLDERS)
            position += 3
        elif glob.startswith("**", position):
            parts.append(Wild.ANY)
            position += 2
        else:
            parts.append(_WILD.get(glob[position], glob[position]))
            position += 1
    return Glob(parts, "/")


_WILD: dict[str, str | Wild] = {"*": Wild.WITHIN, "?": Wild.ONE}
