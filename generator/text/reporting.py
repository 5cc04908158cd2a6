"""How many problems of one file are listed: enough to mend it, too few to drown in."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from generator.findings import Problem

MAX_PROBLEMS = 100
"""Problems of one kind of fault that are listed for a file; our own limit."""


def first_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the first problems; where there are more, the last one says so."""
    found = tuple(islice(problems, MAX_PROBLEMS + 1))
    if len(found) <= MAX_PROBLEMS:
        return found
    beyond = found[-1]
    rest = Problem(
        beyond.code,
        f"{beyond.message}; further problems of this file are not listed",
        beyond.place,
        beyond.help,
    )
    return (*found[:-1], rest)
