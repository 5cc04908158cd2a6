"""The base of the checks that look at a query's syntax tree, and the one inspection of them all.

A tree check knows neither rule nor detection: what it finds follows from the query alone, so that
it holds for every kind of content that has a query, and is kept in the cache.
"""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import generator
from generator.check import Check
from generator.checks.registry import registered_checks
from generator.findings import InQuery, Problem
from generator.kql_service.inspection import BoundQuery, Inspection

_MOST_REMARKS = 51
"""Of one check on one query: one more than the engine shows, so that it says there are more."""

_INSPECTED_BY = ("checks/kql", "kql")
"""Folders of the package whose code decides what is remarked."""


class TreeCheck(Check):
    """Looks at the bound tree of a query."""

    @abstractmethod
    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield what is wrong; every place is an `InQuery`. The query parses."""


@cache
def tree_inspection() -> Inspection:
    """Return the inspection that runs every tree check."""
    digest = hashlib.sha256()
    package = Path(generator.__file__).parent
    for folder in _INSPECTED_BY:
        for module in sorted((package / folder).rglob("*.py")):
            digest.update(module.read_bytes())
    return Inspection(digest.hexdigest()[:32], remarks_on)


def remarks_on(query: BoundQuery) -> list[Any]:
    """Return what every tree check finds, as JSON data."""
    checks = [check() for check in registered_checks() if issubclass(check, TreeCheck)]
    return [
        _remark(problem)
        for check in checks
        for problem in islice(check.inspect(query), _MOST_REMARKS)
    ]


def remarked(remarks: list[Any]) -> Iterator[Problem]:
    """Yield the problems that remarks stand for."""
    for code, message, start, end, help_ in remarks:
        yield Problem(code, message, InQuery(start, end), help_)


def _remark(problem: Problem) -> list[Any]:
    if not isinstance(problem.place, InQuery):
        raise TypeError(f"{problem.code} must name a place in the query, not {problem.place}")
    return [problem.code, problem.message, problem.place.start, problem.place.end, problem.help]
