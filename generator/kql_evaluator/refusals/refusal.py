"""What a refusal is. Only what is certain becomes one: what this evaluator cannot do is none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the engine does not run the query, and where.

    `start` and `end` are character offsets of the query, the end exclusive. `help` says what to do
    where the message does not.
    """

    message: str
    start: int
    end: int
    help: str | None = None
