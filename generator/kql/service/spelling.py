"""How near a name is to the names that exist: "did you mean", and when a name is surely a slip."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like a name: equal but for case first, or None."""
    candidates = sorted(set(known) - {name})
    folded = name.casefold()
    for candidate in candidates:
        if candidate.casefold() == folded:
            return candidate
    misspelt = [candidate for candidate in candidates if is_misspelling(name, candidate)]
    if misspelt:
        return misspelt[0]
    close = get_close_matches(name, candidates, n=1, cutoff=0.75)
    return close[0] if close else None


def is_misspelling(name: str, known: str) -> bool:
    """Say whether a name differs from a known one by case alone or by one edit.

    An edit is a character more, less, changed, or swapped with its neighbour. Names of fewer than
    four characters are too short for that to mean anything; a changed digit is no slip of the hand
    but another name (`Logs1`, `Logs2`).
    """
    if name == known:
        return False
    if name.casefold() == known.casefold():
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


def _common_prefix(left: str, right: str) -> int:
    length = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        length += 1
    return length
