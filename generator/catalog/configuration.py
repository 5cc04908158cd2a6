"""The content repository's `sentinelgen.yaml`: what an organisation has decided for itself.

The file also marks the content root. A wrong one stops every command before any content is read,
so its faults are raised, not collected. Which check codes exist is not known here: whoever knows
them judges `checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from generator.findings import DocumentPath, InFile

SeveritySetting = Literal["error", "warning", "note", "off"]

CONFIGURATION_FILE = "sentinelgen.yaml"


class ConfigurationError(Exception):
    """There is no configuration, or it is wrong; the message names file, line and column."""


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


def find_root(start: Path) -> Path:
    """Return the nearest folder, from `start` upward, that holds `sentinelgen.yaml`.

    Raises ConfigurationError when there is none.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / CONFIGURATION_FILE).is_file():
            return folder
    raise ConfigurationError(
        f"{start} is in no content repository: no folder from here upward holds "
        f"{CONFIGURATION_FILE} (an empty one means all defaults)"
    )


def load_configuration(root: Path) -> Configuration:
    """Read the configuration of a content repository.

    Raises ConfigurationError, with every fault on a line of its own, when the file is absent or
    anything in it cannot be followed.
    """
    # Imported here, so that a Configuration can be named without loading YAML and schemas.
    from generator.catalog.configuration_file import read_configuration_file  # noqa: PLC0415

    document, faults = read_configuration_file(root / CONFIGURATION_FILE, CONFIGURATION_FILE)
    if faults:
        raise ConfigurationError("\n".join(faults))
    return _configuration(document)


def place_in_configuration(root: Path, key: DocumentPath) -> InFile:
    """Return where a key stands in a content repository's configuration."""
    from generator.catalog.configuration_file import key_in_file  # noqa: PLC0415 - as above

    return key_in_file(root / CONFIGURATION_FILE, CONFIGURATION_FILE, key)


def _configuration(document: Mapping[str, Any]) -> Configuration:
    default = Configuration()
    limits = document.get("limits", {})
    return Configuration(
        bicep_form=document.get("bicepForm", default.bicep_form),
        kql=document.get("kql", default.kql),
        checks=document.get("checks", {}),
        unknown_columns={
            table: settings["unknownColumns"]
            for table, settings in document.get("tables", {}).items()
            if "unknownColumns" in settings
        },
        scheduled_limit=limits.get("scheduled", default.scheduled_limit),
        nrt_limit=limits.get("nrt", default.nrt_limit),
    )
