"""What every kind of content comes down to, and all that a back end sees of it.

A kind is one folder below this one. What a kind says of its documents, queries and limits stays
there; artifacts, plans and deployments take `Resource`s and never ask what they stand for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a workspace, as the content wants it.

    `kind` names the kind of content. `id` is the resource's own name in Azure, `label` what people
    call it in the content (AREA/SLUG), `file` where it is written, from the content root with `/`.
    `type` is Azure's full type: one of a provider of its own extends the workspace, one below
    `Microsoft.OperationalInsights/workspaces` is a part of it. `body` holds the members beside name
    and version, in the order in which they are written.
    """

    kind: str
    id: str
    label: str
    file: str
    type: str
    api_version: str
    body: Mapping[str, Any]
