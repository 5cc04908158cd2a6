"""The spine: what is asked for is compiled and reported, and an error keeps everything back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from generator.catalog.configuration import Configuration
from generator.catalog.detection import FileProblem
from generator.catalog.load import load_catalog
from generator.catalog.selection import select
from generator.compile import compile_catalog
from generator.findings import InFile, InQuery, Problem
from generator.kinds import seats
from generator.stage import StagedDetection

TODAY = date(2026, 1, 15)
GOOD = """\
id: 11111111-1111-4111-8111-111111111111
name: A good one
description: Identifies something.
severity: Low
kind: NRT
version: 1.0.0
query: SigninLogs
"""
BAD = (
    GOOD.replace("1111-4111", "2222-4222")
    .replace("A good one", "A bad one")
    .replace("query: SigninLogs", "query: '   '")
)
TUNED = """\
id: 33333333-3333-4333-8333-333333333333
name: A tuned one
description: Identifies something.
severity: Low
kind: NRT
version: 1.0.0
parameters:
  users: {type: list of string, default: []}
query: |
  SigninLogs
  | where UserPrincipalName in ({{ users }})
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "detections/area"
    folder.mkdir(parents=True)
    for name, text in {"good": GOOD, "bad": BAD, "tuned": TUNED}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_findings_cover_what_was_asked_for_and_no_more(root: Path) -> None:
    catalog = load_catalog(root, Configuration(), seats())
    whole = compile_catalog(catalog, today=TODAY)
    assert whole.has_errors
    assert {finding.detection for finding in whole.findings} == {"area/bad"}
    one = compile_catalog(catalog, today=TODAY, selection=select(catalog, ("area/good",), root))
    assert not one.findings
    assert [staged.detection.slug for staged, _ in one.queries()] == ["area/good"]


def test_what_all_detections_depend_on_is_looked_at_with_each_of_them(root: Path) -> None:
    (root / "detections/retired.yaml").write_text("- name: no id\n", encoding="utf-8")
    catalog = load_catalog(root, Configuration(), seats())
    schema = Problem("SG490", "'strinh' is not a KQL type", InFile("schemas/tables/Own_CL.yaml"))
    other = Problem("SG501", "lost", InFile("detections/area/lost.yaml"))
    one = compile_catalog(
        catalog,
        today=TODAY,
        selection=select(catalog, ("area/good",), root),
        extra=(FileProblem(None, None, schema), FileProblem(None, "area/lost", other)),
    )
    files = {finding.file for finding in one.findings}
    assert files == {"detections/retired.yaml", "schemas/tables/Own_CL.yaml"}


def test_parameters_reach_the_query_as_literals(root: Path) -> None:
    catalog = load_catalog(root, Configuration(), seats())
    compilation = compile_catalog(
        catalog,
        today=TODAY,
        selection=select(catalog, ("area/tuned",), root),
        parameters={"users": ['a"b']},
    )
    ((staged, _),) = compilation.queries()
    rule = staged.model
    assert r'in (dynamic(["a\"b"]))' in rule.query


def test_a_query_problem_is_reported_where_a_person_edits_it(root: Path) -> None:
    def examine(staged: list[StagedDetection]) -> list[tuple[Problem, ...]]:
        return [
            (Problem("SG401", "wrong", InQuery(entry.model.query.index("where"), 16)),)
            if entry.meaning and "where" in entry.model.query
            else ()
            for entry in staged
        ]

    catalog = load_catalog(root, Configuration(), seats())
    compilation = compile_catalog(catalog, today=TODAY, examine_queries=examine)
    (finding,) = [entry for entry in compilation.findings if entry.code == "SG401"]
    assert (finding.file, finding.line, finding.column) == ("detections/area/tuned.yaml", 11, 5)
