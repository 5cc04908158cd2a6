"""The content repository's `sentinelgen.yaml`: what an organisation has decided for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

SeveritySetting = Literal["error", "warning", "note", "off"]


@dataclass(frozen=True, slots=True)
class Configuration:
    """An organisation's choices; an empty file means all defaults.

    `checks` gives a check code another severity or switches it off; `unknown_columns` says per
    table how an unknown column counts; the limits are numbers of enabled rules in a workspace.
    """

    bicep_form: Literal["extension", "providers"] = "extension"
    kql: bool = True
    checks: Mapping[str, SeveritySetting] = field(default_factory=dict)
    unknown_columns: Mapping[str, Literal["error", "warning", "off"]] = field(default_factory=dict)
    scheduled_limit: int = 512
    nrt_limit: int = 50
