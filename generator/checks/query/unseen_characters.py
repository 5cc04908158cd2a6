"""Where in a query characters stand that nobody sees, told apart by what is around them.

Shared by the checks for code and for strings; each of them says what it makes of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from generator.findings import InQuery
from generator.kql.lexical import Region, regions
from generator.kql.unseen import unseen_offsets


class Surroundings(Enum):
    """What a character stands in. Literals such as `datetime(…)` are code."""

    CODE = auto()
    STRING = auto()
    COMMENT = auto()


_REGIONS = {Region.STRING: Surroundings.STRING, Region.COMMENT: Surroundings.COMMENT}


@dataclass(frozen=True, slots=True)
class UnseenCharacter:
    """One character, or the first of several equal ones in a row; `place` covers all of them."""

    character: str
    place: InQuery
    surroundings: Surroundings


def unseen_characters(query: str) -> Iterator[UnseenCharacter]:
    """Yield the characters that cannot be seen, each kind once per line and surroundings."""
    offsets = unseen_offsets(query)
    if not offsets:
        return
    seen: set[tuple[int, str, Surroundings]] = set()
    parts = list(regions(query))
    index = 0
    for offset in offsets:
        while index < len(parts) and parts[index].end <= offset:
            index += 1
        inside = index < len(parts) and parts[index].start <= offset
        surroundings = (
            _REGIONS.get(parts[index].region, Surroundings.CODE) if inside else Surroundings.CODE
        )
        character = query[offset]
        line_start = query.rfind("\n", 0, offset)
        if (line_start, character, surroundings) not in seen:
            seen.add((line_start, character, surroundings))
            end = offset + 1
            while query.startswith(character, end):
                end += 1
            yield UnseenCharacter(character, InQuery(offset, end), surroundings)
