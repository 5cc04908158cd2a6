"""What a template says a workspace will hold, whichever writing it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Resource:
    """An alert rule of a workspace, with every literal and expression evaluated."""

    workspace: str
    id: str
    kind: str
    api_version: str
    properties: dict[str, Any]
