"""Content repositories to run commands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.bad_inputs import GOOD, QUERY, write

SECOND = GOOD.replace("5b1e4a52", "6c2f5b63").replace("Something happened", "Another thing")
THIRD = GOOD.replace("5b1e4a52", "7d3a6c74").replace("Something happened", "A third thing")

TUNED = SECOND.replace(
    QUERY,
    "parameters:\n  users: {type: list of string, default: []}\n"
    "query: |\n  SigninLogs\n  | where UserPrincipalName in ({{ users }})\n",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three detections in two areas; the second has a parameter."""
    root = tmp_path / "content"
    write(root, "sentinelgen.yaml", "")
    write(root, "detections/identity/first.yaml", GOOD)
    write(root, "detections/identity/second one.yaml", TUNED)
    write(root, "detections/devices/third.yaml", THIRD)
    return root
