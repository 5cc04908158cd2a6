"""Official watchlist templates can be written in our form, and nothing of them is lost."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.catalog.configuration import Configuration
from generator.catalog.load import load_catalog
from generator.compile import compile_catalog
from generator.findings import Severity
from generator.kinds import seats
from tests.shared import WATCHLISTS, needs_shared

TEMPLATES = sorted(WATCHLISTS.glob("*.json"))


def table(raw: str) -> list[list[str]]:
    return [line for line in csv.reader(io.StringIO(raw, newline="")) if line]


@needs_shared(WATCHLISTS)
def test_there_are_templates() -> None:
    assert TEMPLATES


@needs_shared(WATCHLISTS)
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_says_the_same_in_our_form(path: Path, tmp_path: Path) -> None:
    (resource,) = json.loads(path.read_text("utf-8-sig"))["resources"]
    theirs: dict[str, Any] = resource["properties"]
    header, *lines = table(theirs["rawContent"])
    # One official file ends some lines with a comma, which is a cell without a column.
    rows = [dict(zip(header, line, strict=False)) for line in lines]
    rows = [row for at, row in enumerate(rows) if row not in rows[:at]]
    document = {
        "alias": "Theirs",
        "name": theirs["displayName"],
        "description": theirs["description"],
        "key": theirs["itemsSearchKey"],
        "columns": dict.fromkeys(header, "string"),
        "items": "managed",
        "rows": rows,
    }
    folder = tmp_path / "watchlists"
    folder.mkdir()
    (folder / "theirs.yaml").write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
    compilation = compile_catalog(
        load_catalog(tmp_path, Configuration(), seats()), today=date(2026, 1, 15)
    )
    assert [f for f in compilation.findings if f.severity is Severity.ERROR] == []
    (ours,) = compilation.resources()
    properties = ours.in_template["properties"]
    for member in ("displayName", "description", "itemsSearchKey"):
        assert properties[member] == theirs[member]
    assert table(properties["rawContent"]) == [header, *(list(row.values()) for row in rows)]
