"""How what the engine refuses becomes a problem of a check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from generator.findings import InQuery, Problem

if TYPE_CHECKING:
    from generator.kql_evaluator.refusals.refusal import Refusal


def refused(code: str, refusals: Iterable[Refusal]) -> Iterator[Problem]:
    """Yield a check's problem for each refusal."""
    for refusal in refusals:
        place = InQuery(refusal.start, max(refusal.end, refusal.start + 1))
        yield Problem(code, refusal.message, place, refusal.help)
