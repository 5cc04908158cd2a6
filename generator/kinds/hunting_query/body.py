"""A hunting query as the body of a saved search, as Sentinel's hunting page reads it.

The page finds it by its category, and its description, tactics and techniques in tags: names with
commas and without blanks between them (packages of Azure/Azure-Sentinel).
"""

from __future__ import annotations

from typing import Any

from generator.kinds.hunting_query.model import HuntingQuery

CATEGORY = "Hunting Queries"
LANGUAGE_VERSION = 2
"""Of the query language (Log Analytics API, savedSearches: the current one and the default)."""


def request_body(model: HuntingQuery) -> dict[str, Any]:
    """Return `{"properties"}` in a fixed member order; absent members are left out."""
    properties: dict[str, Any] = {
        "category": CATEGORY,
        "displayName": model.display_name,
        "query": model.query,
        "version": LANGUAGE_VERSION,
    }
    if tags := tags_of(model):
        properties["tags"] = [{"name": name, "value": value} for name, value in tags.items()]
    return {"properties": properties}


def tags_of(model: HuntingQuery) -> dict[str, str]:
    """Return the tags by name, in the order in which they are written."""
    tags = {
        "description": model.description or "",
        "tactics": ",".join(model.tactics),
        "techniques": ",".join(model.techniques),
    }
    return {name: value for name, value in tags.items() if value}
