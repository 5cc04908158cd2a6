"""A list that nobody can read is no place for an id that must not be forgotten."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from generator.catalog.configuration import Configuration
from generator.catalog.load import load_catalog
from generator.cli.retiring import RetirementError, retire
from generator.kinds import seats
from tests.cli.bad_inputs import write

FAULTY = {
    "no YAML": "- {id: [\n",
    "no list": "id: x\n",
    "an entry without an id": "- name: Something\n",
    "no UTF-8": b"- \xff\n",
}


@pytest.mark.parametrize("text", FAULTY.values(), ids=FAULTY)
def test_nothing_is_retired_into_a_list_with_errors(root: Path, text: str | bytes) -> None:
    path = write(root, "detections/retired.yaml", text)
    before = path.read_bytes()
    catalog = load_catalog(root, Configuration(), seats())
    with pytest.raises(RetirementError, match="has errors"):
        retire(catalog, catalog.detections[0], "Replaced", date(2026, 1, 15))
    assert path.read_bytes() == before
    assert (root / catalog.detections[0].source.file).exists()


def test_no_list_outside_of_the_repository_is_written_to(root: Path) -> None:
    outside = write(root.parent, "outside.yaml", "[]\n")
    (root / "detections/retired.yaml").symlink_to(outside)
    catalog = load_catalog(root, Configuration(), seats())
    with pytest.raises(RetirementError):
        retire(catalog, catalog.detections[0], "Replaced", date(2026, 1, 15))
    assert outside.read_text("utf-8") == "[]\n"
