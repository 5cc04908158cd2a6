"""The members of a saved search's body that a hunting query has."""

from __future__ import annotations

from generator.kinds.shape import NUMBER, QUERY, TEXT, Members, Shape, Unordered

SHAPE = Shape(
    Members(
        {
            "displayName": TEXT,
            "category": TEXT,
            "query": QUERY,
            "version": NUMBER,
            "tags": Unordered(Members({"name": TEXT, "value": TEXT})),
        }
    )
)
