"""What a template says a workspace will hold, whichever writing it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Resource:
    """A resource of a workspace, with every literal and expression evaluated.

    `type` is the one that Azure's API has. `kind` and `etag` are None where it says none.
    """

    workspace: str
    id: str
    kind: Any
    api_version: str
    properties: dict[str, Any]
    type: str = "Microsoft.SecurityInsights/alertRules"
    etag: Any = None
