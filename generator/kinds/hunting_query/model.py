"""A hunting query as the workspace will hold it, and the only thing that its back ends see."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HuntingQuery:
    """One hunting query.

    `id` is the saved search's resource name. `techniques` are parents and sub-techniques as
    written. None and an empty tuple mean that it does not have the member.
    """

    id: str
    display_name: str
    description: str | None
    query: str
    tactics: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
