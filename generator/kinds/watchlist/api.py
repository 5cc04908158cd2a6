"""Where watchlists are in the API, and the version that they are read and written with."""

from __future__ import annotations

TYPE = "Microsoft.SecurityInsights/watchlists"
COLLECTION = f"providers/{TYPE}"
ITEMS = "watchlistItems"
API_VERSION = "2025-09-01"
