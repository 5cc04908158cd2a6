"""How this version of the tool names itself in plans."""

from __future__ import annotations

from generator import __version__

TOOL = f"sentinelgen {__version__}"
