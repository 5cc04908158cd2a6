"""The name that was probably meant: how near a name is to known ones, and how that is said.

The only place that knows what near means and how "did you mean" is worded. What the names are
names of is not known here.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from itertools import islice

_COMPARED = 200
"""Names; among more, only one that differs in case or blanks alone is looked for."""

_LONGEST = 100
"""Characters of a name that are compared: difflib is quadratic, and content may hold long ones."""

_LIKENESS = 0.7
"""difflib's ratio from which two names count as alike."""

_LISTED = 20


def nearest(name: str, known: Iterable[str], *, compared: int = _COMPARED) -> str | None:
    """Return the known name that was most likely meant, or None where none is near.

    Nearest is one that differs only in case or blanks, then one that is a slip away, then the most
    similar one. The answer does not depend on the order of `known`. Of more than `compared` known
    names only the first kind is looked for.
    """
    candidates = sorted(set(known) - {name})
    folded = _folded(name)
    by_folded = {_folded(candidate): candidate for candidate in reversed(candidates)}
    if folded in by_folded:
        return by_folded[folded]
    if len(candidates) > compared:
        return None
    for candidate in candidates:
        if is_misspelling(name, candidate):
            return candidate
    matches = difflib.get_close_matches(folded[:_LONGEST], by_folded, n=1, cutoff=_LIKENESS)
    return by_folded[matches[0]] if matches else None


def is_misspelling(name: str, known: str) -> bool:
    """Say whether a name differs from a known one by case and blanks alone, or by one edit.

    An edit is a character more, less, changed, or swapped with its neighbour. Names of fewer than
    four characters are too short for that to mean anything; a changed digit is no slip of the hand
    but another name (`Logs1`, `Logs2`).
    """
    if name == known:
        return False
    if _folded(name) == _folded(known):
        return True
    if min(len(name), len(known)) < 4 or abs(len(name) - len(known)) > 1:
        return False
    prefix = _common_prefix(name, known)
    left, right = name[prefix:], known[prefix:]
    suffix = _common_prefix(left[::-1], right[::-1])
    left, right = left[: len(left) - suffix], right[: len(right) - suffix]
    if left.isdigit() or right.isdigit():
        return False
    return max(len(left), len(right)) <= 1 or (len(left) == len(right) == 2 and left == right[::-1])


def question(near: str | None) -> str | None:
    """Return `did you mean 'X'?`, the help of a problem; None where nothing is near."""
    return None if near is None else f"did you mean {near!r}?"


def ending(near: str | None) -> str:
    """Return `: did you mean 'X'?`, the end of a message; nothing where nothing is near."""
    return "" if near is None else f": {question(near)}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the end of a message about an unknown name: `ending` of the nearest known one."""
    return ending(nearest(name, known))


def listed(names: Collection[str]) -> str:
    """Return the names in a row, the first twenty of them, or `none`."""
    more = len(names) - _LISTED
    row = ", ".join(islice(names, _LISTED))
    return f"{row} and {more:,} more" if more > 0 else row or "none"


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()


def _common_prefix(left: str, right: str) -> int:
    length = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        length += 1
    return length
