from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.catalog.configuration import Configuration
from generator.catalog.detection import Catalog
from generator.catalog.load import load_catalog, load_text
from generator.checks.registry import registered_codes
from generator.findings import InDocument, InText, Severity
from generator.kinds import seats
from generator.kinds.analytic_rule.seat import SEAT
from generator.text.positions import resolve
from generator.text.schema import HUNTING_QUERY
from generator.text.source_text import SourceText
from tests.shared import COMMUNITY_RULES, needs_shared

REPOSITORY = Path(__file__).parents[2]

RULE = """\
id: 5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10
name: Sign-in from an unused country
severity: Medium
kind: NRT
query: SigninLogs
"""
OTHER = RULE.replace("1d10", "1d11").replace("an unused", "another")


def load(root: Path, **files: str | bytes) -> Catalog:
    for name, content in files.items():
        path = root / "detections" / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_catalog(root, Configuration(), seats())


def codes(catalog: Catalog) -> list[tuple[str | None, str]]:
    return [(problem.slug, problem.problem.code) for problem in catalog.problems]


def test_problems_of_all_files_are_found_in_one_run(tmp_path: Path) -> None:
    catalog = load(
        tmp_path,
        a__empty="",
        a__latin=b"\xe9",
        a__severity=RULE.replace("Medium", "medium"),
        a__good=OTHER,
        retired="id: 5\n",
    )
    assert [detection.slug for detection in catalog.detections] == ["a/good"]
    assert codes(catalog) == [
        ("a/empty", "SG008"),
        ("a/latin", "SG004"),
        ("a/severity", "SG023"),
        (None, "SG008"),
    ]


def test_an_id_that_is_no_guid_leaves_the_detection_to_the_other_checks(tmp_path: Path) -> None:
    catalog = load(tmp_path, a__b=RULE.replace("5b1e4a52-", "my-id-"))
    assert [detection.slug for detection in catalog.detections] == ["a/b"]
    assert codes(catalog) == [("a/b", "SG030")]


def test_a_duplicate_is_reported_at_the_later_slug_and_names_the_first(tmp_path: Path) -> None:
    catalog = load(tmp_path, b__x=RULE, a__x=RULE.replace("5b1e4a52", "5B1E4A52"))
    found = {problem.problem.code: problem for problem in catalog.problems if problem.slug == "b/x"}
    assert set(found) == {"SG032", "SG033"}
    assert "detections/a/x.yaml" in found["SG032"].problem.message
    assert "detections/a/x.yaml" in found["SG033"].problem.message


def test_a_duplicate_is_found_in_a_file_with_other_faults(tmp_path: Path) -> None:
    catalog = load(tmp_path, a__x=RULE, b__x=RULE.replace("Medium", "medium"))
    assert sorted(codes(catalog)) == [("b/x", "SG023"), ("b/x", "SG032"), ("b/x", "SG033")]


def test_a_detection_is_the_document_without_nulls(tmp_path: Path) -> None:
    catalog = load(tmp_path, a__b=RULE + "tactics: null\nversion: 1.0.0\n")
    (detection,) = catalog.detections
    assert detection.document == {
        "id": "5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10",
        "name": "Sign-in from an unused country",
        "severity": "Medium",
        "kind": "NRT",
        "query": "SigninLogs",
        "version": "1.0.0",
    }


def test_retired_and_not_detectable_are_read(tmp_path: Path) -> None:
    catalog = load(
        tmp_path,
        retired="- {id: 5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10, path: detections/a/b.yaml, name: B, "
        "retired: 2026-01-31, reason: noise}\n",
        **{"not-detectable": "- {row: dev-stale, reason: no log, check: ask Graph, every: 30d}\n"},
    )
    assert catalog.problems == ()
    assert [(entry.id[:8], entry.retired) for entry in catalog.retired] == [
        ("5b1e4a52", "2026-01-31")
    ]
    assert [(entry.row, entry.every) for entry in catalog.not_detectable] == [("dev-stale", "30d")]


@pytest.mark.parametrize(
    "entry",
    [
        "- {id: 5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10, path: a, name: B, reason: noise}",
        "- {id: x, path: a, name: B, retired: 2026-01-31, reason: noise}",
        "- {id: 5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10, path: a, name: B, retired: 31.1., reason: r}",
        "- x",
        "id: x",
    ],
)
def test_a_wrong_entry_of_retired_is_a_problem(entry: str, tmp_path: Path) -> None:
    catalog = load(tmp_path, retired=entry)
    assert len(catalog.problems) == 1
    assert catalog.retired == ()


def test_a_list_behind_a_link_out_of_the_repository_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("- {row: a, reason: b, check: c, every: 1d}\n")
    root = tmp_path / "root"
    (root / "detections").mkdir(parents=True)
    (root / "detections" / "not-detectable.yaml").symlink_to("../../outside.yaml")
    catalog = load(root)
    assert codes(catalog) == [(None, "SG002")]
    assert catalog.not_detectable == ()


def test_a_hunting_query_is_one_error() -> None:
    text = "id: x\nname: 5\ndescription: a\nquery: T\ntactics: [A B]\n"
    loaded = load_text(SourceText("a.yaml", text), "a/b", SEAT)
    assert [problem.code for problem in loaded.problems] == [HUNTING_QUERY]


@given(st.lists(st.sampled_from(RULE.splitlines()), unique=True), st.text(max_size=20))
def test_whatever_a_file_holds_loading_says_what_it_is(lines: list[str], tail: str) -> None:
    source = SourceText("a.yaml", "\n".join([*lines, tail]))
    loaded = load_text(source, "a/b", SEAT)
    assert loaded.detection is not None or loaded.problems
    for problem in loaded.problems:
        assert problem.code in registered_codes()
        if isinstance(problem.place, InDocument | InText):
            assert resolve(source, problem.place).file == "a.yaml"


def test_the_same_content_gives_the_same_catalog(tmp_path: Path) -> None:
    files = {"a__x": RULE, "a__y": OTHER, "b__z": "- x"}
    assert load(tmp_path, **files) == load(tmp_path, **files)


def test_the_catalog_of_this_repository_loads_without_a_problem() -> None:
    catalog = load_catalog(REPOSITORY, Configuration(), seats())
    assert catalog.detections
    assert catalog.problems == ()


@needs_shared(COMMUNITY_RULES)
def test_community_rules_load_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "detections").mkdir()
    (tmp_path / "detections" / "community").mkdir()
    for file in COMMUNITY_RULES.rglob("*.yaml"):
        name = "__".join(file.relative_to(COMMUNITY_RULES).parts)
        (tmp_path / "detections" / "community" / name).write_bytes(file.read_bytes())
    catalog = load_catalog(tmp_path, Configuration(), seats())
    errors = Counter(
        problem.problem.code
        for problem in catalog.problems
        if registered_codes()[problem.problem.code].severity is Severity.ERROR
    )
    # Counted in the files beforehand: ids that are no GUID, misspelled members of
    # alertDetailsOverride, and the ids and names that several files share.
    assert errors == {"SG030": 17, "SG020": 3, "SG032": 12, "SG033": 8}
    assert len(catalog.detections) == 199 - 3
