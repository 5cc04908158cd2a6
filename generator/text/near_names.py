"""The name that was probably meant: the end of a message about an unknown one."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from itertools import islice

_COMPARED = 200
"""Names; among more, only one that differs in case or blanks alone is looked for."""

_LISTED = 20


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `: did you mean 'X'?` for the nearest known name, or nothing where none is near.

    Names that differ only in case or blanks are nearest; after that, the most similar one. The
    answer does not depend on the order of `known`.
    """
    names = sorted(known)
    folded = {_folded(candidate): candidate for candidate in names}
    near = folded.get(_folded(name))
    if near is None and len(folded) <= _COMPARED:
        # difflib is quadratic in the length of the texts, and content may hold very long ones.
        matches = difflib.get_close_matches(_folded(name[:100]), folded, n=1)
        near = folded[matches[0]] if matches else None
    return f": did you mean {near!r}?" if near is not None else ""


def listed(names: Collection[str]) -> str:
    """Return the names in a row, the first twenty of them, or `none`."""
    more = len(names) - _LISTED
    row = ", ".join(islice(names, _LISTED))
    return f"{row} and {more:,} more" if more > 0 else row or "none"


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
