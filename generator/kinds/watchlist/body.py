"""A watchlist as a body of ours, with its rows, and as a template says it, with raw content.

The service takes rows as CSV and gives them back one by one, so that a body which can be compared
holds them as `rows`, a member that only we know.
"""

from __future__ import annotations

from typing import Any

from generator.kinds.watchlist.csv_rows import written
from generator.kinds.watchlist.model import Watchlist

PROVIDER = "Custom"
CONTENT_TYPE = "text/csv"
SOURCE_TYPE = "Local"
LABEL = "sentinelgen"
"""By which a list is known to come from here: its alias is one that anybody may choose."""


def request_body(model: Watchlist) -> dict[str, Any]:
    """Return `{"properties"}` in a fixed member order; a seed has no rows of its own."""
    properties = _head(model)
    if not model.is_seed:
        properties["rows"] = [dict(row) for row in model.rows]
    return {"properties": properties}


def initial_properties(model: Watchlist) -> dict[str, Any]:
    """Return what only a creation sends."""
    return {"rows": [dict(row) for row in model.rows]} if model.is_seed else {}


def template_body(model: Watchlist) -> dict[str, Any]:
    """Return what a template says: the rows as one text."""
    return {
        "properties": {
            **_head(model),
            "numberOfLinesToSkip": 0,
            "rawContent": written(tuple(model.columns), model.rows),
        }
    }


def _head(model: Watchlist) -> dict[str, Any]:
    properties: dict[str, Any] = {"displayName": model.display_name}
    if model.description is not None:
        properties["description"] = model.description
    return {
        **properties,
        "provider": PROVIDER,
        "source": f"{model.alias}.csv",
        "sourceType": SOURCE_TYPE,
        "itemsSearchKey": model.key,
        "contentType": CONTENT_TYPE,
        "labels": [LABEL],
    }
