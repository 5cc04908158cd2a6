"""Versions of the management API, as texts."""

from __future__ import annotations

import re

_VERSION = re.compile(r"20\d\d-[01]\d-[0-3]\d(-preview)?", re.ASCII)


def is_api_version(text: str) -> bool:
    """Tell whether a text has the form of an API version."""
    return _VERSION.fullmatch(text) is not None


def is_preview(version: str) -> bool:
    """Tell whether an API version is a preview one."""
    return version.endswith("-preview")
