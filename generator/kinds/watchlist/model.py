"""A watchlist as the workspace will hold it, and the only thing that its back ends see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Row = Mapping[str, str]
"""By column; every column of the list is there."""


@dataclass(frozen=True, slots=True)
class Watchlist:
    """One watchlist. `columns` are KQL types by name, in order; `key` is the search key's column.

    `is_seed`: the rows are the workspace's own once the list is there. `is_read` says whether all
    rows that are written could be read.
    """

    alias: str
    display_name: str
    description: str | None
    key: str
    columns: Mapping[str, str]
    rows: tuple[Row, ...]
    is_seed: bool
    is_artifact: bool
    is_read: bool = True
