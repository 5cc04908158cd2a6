"""A list with holes: reading one of them raises, everything else reads as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


class GuardedItems(Sequence[Any]):
    """The items of a list, each read by a function that raises where it is not usable.

    Positions that the function is given count from 0.
    """

    def __init__(self, length: int, read: Callable[[int], Any]) -> None:
        self._length = length
        self._read = read

    def __getitem__(self, index: Any) -> Any:
        """Return an item, or a list of them for a slice."""
        positions = range(self._length)[index]
        if isinstance(positions, range):
            return [self._read(position) for position in positions]
        return self._read(positions)

    def __len__(self) -> int:
        """Return the number of items, usable or not."""
        return self._length
