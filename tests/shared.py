"""The folder `shared` beside the checkout: published rules and schemas that are no part of it.

A test that reads there carries `needs_shared`, with the paths below that folder that it needs; it
skips where they are not. `pytest --require-shared` fails instead, and when no such test ran.
"""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"
CORPUS = SHARED / "corpus"
COMMUNITY_RULES = CORPUS / "community-rules"
REFERENCE_EXAMPLES = CORPUS / "kql-reference-examples.json"
EMULATOR_RESULTS = CORPUS / "kql-emulator-results.json"
ARM_SCHEMAS = SHARED / "arm-schemas"
HUNTING_QUERIES = CORPUS / "kinds" / "hunting"
WATCHLISTS = CORPUS / "kinds" / "watchlists"


def needs_shared(*paths: Path) -> pytest.MarkDecorator:
    """Mark tests that read these files or folders below SHARED."""
    return pytest.mark.needs_shared(*paths)


def missing(item: pytest.Item) -> list[Path]:
    """Return what a marked test needs and what is not there."""
    return [
        path
        for mark in item.iter_markers("needs_shared")
        for path in mark.args
        if not path.exists()
    ]
