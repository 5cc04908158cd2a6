"""The files of Microsoft's KQL language service that the build puts into the package.

Only where they are and what to do when they are not there: how they are fetched is the build
hook's business (`hatch_build.py`), what they do is `engine`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

LANGUAGE_SERVICE_VERSION = "12.4.1"
"""Version of `@kusto/language-service-next` that the build hook pins."""

_FOLDER = Path(__file__).parent / "bundle"
_BRIDGE = Path(__file__).parent / "bridge"
_SERVICE_SCRIPTS = ("bridge.min.js", "Kusto.Language.Bridge.min.js")
_BRIDGE_SCRIPTS = (
    "symbols.js",
    "tree.js",
    "walking.js",
    "openness.js",
    "time_filters.js",
    "analysis.js",
)


class KqlUnavailableError(Exception):
    """The KQL language service cannot run here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The JavaScript to evaluate, in load order: the service's files, then our bridge."""

    service_scripts: tuple[Path, ...]
    own_scripts: tuple[Path, ...]

    @property
    def scripts(self) -> tuple[Path, ...]:
        """All scripts in load order."""
        return (*self.service_scripts, *self.own_scripts)


def find_bundle() -> Bundle:
    """Return the installed service; raises KqlUnavailableError when a part of it is missing."""
    if find_spec("py_mini_racer") is None:
        raise KqlUnavailableError(
            "the KQL language service needs the package mini-racer, which is not installed: "
            "install sentinelgen again"
        )
    bundle = Bundle(
        tuple(_FOLDER / name for name in _SERVICE_SCRIPTS),
        tuple(_BRIDGE / name for name in _BRIDGE_SCRIPTS),
    )
    missing = [script.name for script in bundle.scripts if not script.is_file()]
    if missing:
        raise KqlUnavailableError(
            "the KQL language service is not installed "
            f"({', '.join(missing)} missing): install sentinelgen again without "
            "SENTINELGEN_SKIP_KQL, with access to the npm registry"
        )
    return bundle
