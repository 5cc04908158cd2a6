"""The name that was probably meant: the end of a message about an unknown one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `: did you mean 'X'?` for the nearest known name, or nothing where none is near.

    Names that differ only in case or blanks are nearest; after that, the most similar one. The
    answer does not depend on the order of `known`.
    """
    names = sorted(known)
    folded = {_folded(candidate): candidate for candidate in names}
    near = folded.get(_folded(name))
    if near is None:
        # difflib is quadratic in the length of the texts, and content may hold very long ones.
        matches = difflib.get_close_matches(_folded(name[:100]), folded, n=1)
        near = folded[matches[0]] if matches else None
    return f": did you mean {near!r}?" if near is not None else ""


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
