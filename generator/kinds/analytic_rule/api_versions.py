"""Which API version holds a rule: one answer for artifacts and for the deployment.

The stable version is taken where it declares everything that a body says, the preview version
everywhere else. Facts: azure-rest-api-specs, securityinsights, up to 2025-12-01; no stable version
declares NRT rules, sub-techniques, sentinelEntitiesMappings or the alert property SubTechniques.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STABLE_API_VERSION = "2025-09-01"
PREVIEW_API_VERSION = "2025-07-01-preview"

ONLY_IN_PREVIEW = (
    "NRT rules, sub-techniques and sentinelEntitiesMappings need a preview version of the API"
)

_STABLE_KINDS = frozenset({"Scheduled", "Fusion", "MicrosoftSecurityIncidentCreation"})
_STABLE_MEMBERS = frozenset(
    {
        "alertDetailsOverride",
        "alertRuleTemplateName",
        "customDetails",
        "description",
        "displayName",
        "enabled",
        "entityMappings",
        "eventGroupingSettings",
        "incidentConfiguration",
        "lastModifiedUtc",
        "query",
        "queryFrequency",
        "queryPeriod",
        "severity",
        "suppressionDuration",
        "suppressionEnabled",
        "tactics",
        "techniques",
        "templateVersion",
        "triggerOperator",
        "triggerThreshold",
    }
)
"""What the stable version declares of a Scheduled rule."""


def api_version_of(*bodies: Mapping[str, Any]) -> str:
    """Return the API version that holds everything that these bodies of one rule say.

    A live body counts as well where there is one: what only a preview version shows of it, only a
    preview version can take away again.
    """
    return PREVIEW_API_VERSION if any(map(needs_preview, bodies)) else STABLE_API_VERSION


def needs_preview(body: Mapping[str, Any]) -> bool:
    """Tell whether a body says anything that the stable version does not declare."""
    properties = body.get("properties")
    if body.get("kind") not in _STABLE_KINDS or not isinstance(properties, Mapping):
        return True
    said = {name for name, value in properties.items() if value not in (None, [], {})}
    if body.get("kind") == "Scheduled" and not said <= _STABLE_MEMBERS:
        return True
    override = properties.get("alertDetailsOverride")
    dynamic = override.get("alertDynamicProperties") if isinstance(override, Mapping) else None
    return any(
        isinstance(item, Mapping) and item.get("alertProperty") == "SubTechniques"
        for item in (dynamic if isinstance(dynamic, list) else ())
    )
