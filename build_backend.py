"""The build backend: hatchling's, but a wheel without the KQL service says so in its version.

One name of a wheel must not have two contents. Metadata are never given ahead of a wheel, so that
name and metadata come from one place. What goes into a wheel is decided in `hatch_build`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.build import build_sdist, get_requires_for_build_sdist, get_requires_for_build_wheel
from hatchling.builders.wheel import WheelBuilder
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager

from hatch_build import WITHOUT_KQL, is_kql_skipped

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
]


class _WithoutKql(ProjectMetadata[PluginManager]):
    @property
    def version(self) -> str:
        """The version of the wheel's name."""
        return super().version + WITHOUT_KQL

    @property
    def original_version(self) -> str:
        """The version in the wheel's metadata."""
        return super().original_version + WITHOUT_KQL


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,  # noqa: ARG001 - PEP 517
    metadata_directory: str | None = None,  # noqa: ARG001
) -> str:
    """Build a wheel into a folder and return its name."""
    return _build("standard", wheel_directory)


def build_editable(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,  # noqa: ARG001 - PEP 660
    metadata_directory: str | None = None,  # noqa: ARG001
) -> str:
    """Build a wheel that points to the source tree into a folder and return its name."""
    return _build("editable", wheel_directory)


def get_requires_for_build_editable(
    config_settings: dict[str, Any] | None = None,  # noqa: ARG001 - PEP 660
) -> list[str]:
    """Return nothing more than a wheel needs: `dev-mode-dirs` makes a path file enough."""
    return get_requires_for_build_wheel()


def _build(version: str, directory: str) -> str:
    root = str(Path.cwd())
    plugins = PluginManager()
    kind = _WithoutKql if is_kql_skipped() else ProjectMetadata
    builder = WheelBuilder(root, plugin_manager=plugins, metadata=kind(root, plugins))
    return Path(next(builder.build(directory=directory, versions=[version]))).name
