"""What an api-version can hold: preview versions everything, stable ones not all of it.

No stable version up to 2025-12-01 declares NRT rules, sub-techniques or sentinelEntitiesMappings
(azure-rest-api-specs, securityinsights). How the live service treats them there is not recorded:
the emulator refuses the kind, and neither stores nor shows the members, as older versions are
known not to show what later ones added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from generator.emulator.messages import RefusedError

PREVIEW_MEMBERS = ("subTechniques", "sentinelEntitiesMappings")
PREVIEW_KINDS = ("NRT", "ThreatIntelligence", "MLBehaviorAnalytics")
_VERSION = re.compile(r"20\d\d-[01]\d-[0-3]\d(-preview)?", re.ASCII)


def require_api_version(query: Mapping[str, str]) -> str:
    """Return the request's api-version. Raises RefusedError (400) unless it is a date."""
    version = query.get("api-version", "")
    if not version:
        raise RefusedError(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    if not _VERSION.fullmatch(version):
        raise RefusedError(
            400, "InvalidApiVersionParameter", f"The api-version '{version[:40]}' is invalid."
        )
    return version


def is_preview(version: str) -> bool:
    """Return whether the version is a preview one."""
    return version.endswith("-preview")


def visible_properties(properties: Mapping[str, Any], version: str) -> dict[str, Any]:
    """Return the properties that the version declares, and all that no version declares."""
    if is_preview(version):
        return dict(properties)
    return {name: value for name, value in properties.items() if name not in PREVIEW_MEMBERS}


def require_kind(kind: str, version: str) -> None:
    """Raise RefusedError (400) where the version cannot hold the kind."""
    if kind in PREVIEW_KINDS and not is_preview(version):
        raise RefusedError(
            400,
            "BadRequest",
            f"The alert rule kind '{kind}' is not supported by api-version '{version}'; "
            "use a preview api-version.",
        )
