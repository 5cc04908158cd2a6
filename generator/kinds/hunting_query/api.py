"""Where saved searches are in the API, and the version that all of them are read and written with.

The versions from 2020-08-01 to 2025-07-01 declare the same members (azure-rest-api-specs).
"""

from __future__ import annotations

TYPE = "Microsoft.OperationalInsights/workspaces/savedSearches"
ANSWERED_TYPE = "Microsoft.OperationalInsights/savedSearches"
"""What answers say (recorded, azure-cli and azure-powershell)."""
COLLECTION = "savedSearches"
API_VERSION = "2025-07-01"
