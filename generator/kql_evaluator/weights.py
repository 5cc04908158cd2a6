"""How large a value is when it is written out: each part as often as it stands in the value.

Lists and bags share parts, so that thirty calls of pack_array(a, a) make a value of a billion
elements out of thirty lists. What is shared is weighed once here. Nothing here knows limits but
that of nesting, which what follows a value into its parts relies on.
"""

from __future__ import annotations

from typing import NamedTuple

from generator.kql_evaluator.values import Value

DEEPEST = 128
"""Lists and bags inside each other that a value may have; our own limit.

It keeps all that follows a value into its parts far from the interpreter's own limit. .NET reads
JSON of 64 levels unless it is asked for more.
"""


class Weight(NamedTuple):
    """What a value holds when it is written out: lists and bags, elements, characters.

    `depth` is how many lists and bags stand inside each other; no more is known of a value whose
    depth is beyond `DEEPEST`.
    """

    containers: int
    elements: int
    characters: int
    depth: int


_TOO_DEEP = (0, 0, 0, DEEPEST + 1)


def weight_of(value: Value) -> Weight:
    """Return the weight of a list or a bag; time is in proportion to its parts, not to the weight.

    The value holds all its parts while it is weighed, so that no place in memory is used twice.
    """
    return Weight(*_weighed(value, 1, {}))


# Plain tuples within: a value may have a million parts.
_Weight = tuple[int, int, int, int]


def _weighed(value: Value, level: int, known: dict[int, _Weight]) -> _Weight:
    if level > DEEPEST:
        return _TOO_DEEP
    elements = len(value)
    containers, characters, depth = 1, 0, 1
    if isinstance(value, dict):
        characters = sum(map(len, value))
        value = value.values()
    for part in value:
        kind = type(part)
        if kind is str:
            characters += len(part)
        elif kind is list or kind is dict:
            weight = known.get(id(part))
            if weight is None:
                weight = known[id(part)] = _weighed(part, level + 1, known)
            containers += weight[0]
            elements += weight[1]
            characters += weight[2]
            if weight[3] >= depth:
                depth = weight[3] + 1
    return containers, elements, characters, depth
