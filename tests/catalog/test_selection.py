"""PATHS name detections the way people write them, and nothing is chosen by accident."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.catalog.configuration import Configuration
from generator.catalog.detection import Catalog
from generator.catalog.load import load_catalog
from generator.catalog.selection import (
    WHOLE_CATALOG,
    Selection,
    SelectionError,
    narrowed,
    select,
)
from generator.kinds import seats

DETECTION = """\
id: {id}
name: {name}
severity: Low
kind: NRT
query: SigninLogs
"""
IDS = {
    "identity/one": "11111111-1111-4111-8111-111111111111",
    "identity/deep/two": "22222222-2222-4222-8222-222222222222",
    "devices/three": "33333333-3333-4333-8333-333333333333",
}
FILES = {slug: f"detections/{slug}.yaml" for slug in IDS}


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    for slug, rule_id in IDS.items():
        path = tmp_path / FILES[slug]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(DETECTION.format(id=rule_id, name=f"Name of {slug}"), encoding="utf-8")
    (tmp_path / "detections/devices/broken.yaml").write_text("{", encoding="utf-8")
    return load_catalog(tmp_path, Configuration(), seats())


def chosen(catalog: Catalog, *paths: str, start: str = ".") -> set[str]:
    selection = select(catalog, paths, catalog.root / start)
    assert selection.files is not None
    assert not selection.is_whole
    return set(selection.files)


def test_no_paths_mean_the_whole_catalog(catalog: Catalog) -> None:
    assert select(catalog, (), catalog.root) == WHOLE_CATALOG


@pytest.mark.parametrize(
    "path",
    [
        FILES["identity/one"],
        "identity/one",
        IDS["identity/one"],
        IDS["identity/one"].upper(),
        "detections/identity/one.tests.yaml",
        f"./detections/../{FILES['identity/one']}",
    ],
)
def test_a_detection_goes_by_file_slug_id_and_tests_file(catalog: Catalog, path: str) -> None:
    assert chosen(catalog, path) == {FILES["identity/one"]}


def test_an_absolute_path_names_its_detection(catalog: Catalog) -> None:
    path = str(catalog.root / FILES["devices/three"])
    assert chosen(catalog, path) == {FILES["devices/three"]}


def test_a_folder_names_everything_below_it_and_broken_files_too(catalog: Catalog) -> None:
    assert chosen(catalog, "detections/identity") == {
        FILES["identity/one"],
        FILES["identity/deep/two"],
    }
    assert chosen(catalog, "detections/devices/") == {
        FILES["devices/three"],
        "detections/devices/broken.yaml",
    }


def test_paths_are_seen_from_the_working_folder_first(catalog: Catalog) -> None:
    assert chosen(catalog, "one.yaml", start="detections/identity") == {FILES["identity/one"]}
    assert chosen(catalog, ".", start="detections/identity/deep") == {FILES["identity/deep/two"]}


@pytest.mark.parametrize(
    "path", ["detections/identity/on", "nowhere", "..", "/", "11111111-0000-4111-8111-111111111111"]
)
def test_a_path_that_names_nothing_is_an_error(catalog: Catalog, path: str) -> None:
    with pytest.raises(SelectionError, match="no detection"):
        select(catalog, (path,), catalog.root)


def test_a_misspelled_slug_is_answered_with_the_nearest_one(catalog: Catalog) -> None:
    with pytest.raises(SelectionError, match="did you mean 'identity/one'"):
        select(catalog, ("identity/onne",), catalog.root)


def test_narrowing_never_hides_a_file_that_could_not_be_loaded(catalog: Catalog) -> None:
    kept = [entry for entry in catalog.detections if entry.slug == "identity/one"]
    narrow = narrowed(catalog, WHOLE_CATALOG, kept, lambda _slug: True)
    assert narrow == Selection(
        frozenset({FILES["identity/one"], "detections/devices/broken.yaml"}), is_whole=True
    )
    nothing_else = narrowed(catalog, WHOLE_CATALOG, kept, lambda _slug: False)
    assert nothing_else.files == frozenset({FILES["identity/one"]})
