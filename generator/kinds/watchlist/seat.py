"""Where watchlists lie in a content repository, and what a tenant may say of one."""

from __future__ import annotations

from generator.catalog.seat import Seat
from generator.kinds.watchlist.assemble import FOLDER

SCHEMA_PACKAGE, SCHEMA_FILE = "generator.kinds.watchlist", "schema.json"

_ROWS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "file": {"description": "A CSV file, from where the tenant's file lies.", "type": "string"},
        "rows": {
            "description": "The tenant's own rows, in the place of the catalog's.",
            "type": "array",
            "items": {"type": "object"},
        },
    },
}

SEAT = Seat(
    "watchlist",
    "watchlist",
    FOLDER,
    SCHEMA_PACKAGE,
    SCHEMA_FILE,
    labels_begin=f"{FOLDER}/",
    unique_names=False,
    id_key="alias",
    areas=False,
    tested=False,
    beside=(".csv",),
    of_tenants=_ROWS,
)
