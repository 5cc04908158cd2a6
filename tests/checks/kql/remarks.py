"""What the tree checks say about a query that is written in a test."""

from __future__ import annotations

from generator.checks.kql.tree_check import remarks_on
from generator.kql_service.inspection import BoundQuery
from generator.kql_service.service import KqlService


def remarks(service: KqlService, query: str) -> list[tuple[str, str]]:
    """Return the code of each remark and the part of the query that it stands at."""
    found = remarks_on(BoundQuery(query, service.syntax_tree(query)))
    return [(code, query[start:end]) for code, _, start, end, _ in found]


def codes(service: KqlService, query: str) -> list[str]:
    """Return the codes of the remarks."""
    return [code for code, _ in remarks(service, query)]
