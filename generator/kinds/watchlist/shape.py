"""The members of a watchlist's body that a document says."""

from __future__ import annotations

from generator.kinds.shape import TEXT, Each, Members, Names, Shape, WhereSaid

SHAPE = Shape(
    Members(
        {
            "displayName": TEXT,
            "description": TEXT,
            "itemsSearchKey": TEXT,
            "rows": WhereSaid(Each(Names())),
        }
    ),
    read_only=frozenset(
        {
            *("created", "createdBy", "updated", "updatedBy", "tenantId", "watchlistId"),
            *("isDeleted", "provisioningState", "uploadStatus", "watchlistType"),
            *("watchlistAlias", "watchlistCategory", "rawContent", "sasUri"),
        }
    ),
)
