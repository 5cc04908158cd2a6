"""One error hides no other: what is wrong is found in one run, and nothing follows from it.

Both ways are tried on every fixture of the checks: a second error is planted beside the one of a
bad fixture, and a member of a good one is made unusable.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.catalog.configuration import Configuration, load_configuration
from generator.catalog.load import load_catalog, load_text
from generator.catalog.selection import WHOLE_CATALOG
from generator.compile import QueryExaminer, compile_catalog
from generator.findings import DocumentPath, Finding, Severity
from generator.kinds import seats
from generator.kinds.analytic_rule.seat import SEAT
from generator.kql.schemas.declared import load_environment
from generator.kql_service.cache import open_answer_cache
from generator.kql_service.service import KqlService
from generator.surroundings import template_problems
from generator.text.source_text import SourceText
from tests.checks.test_fixtures import FIXTURES, TODAY, query_examiner

Document = dict[str, Any]

NOT_LOOKED_AT = "SG045"
NO_DOCUMENT = {"SG001", "SG002", "SG003", "SG004", "SG005", "SG006", "SG007", "SG008", "SG010"}
"""What leaves nothing that could be looked at; the one finding says so."""

ABOUT_TEXT = {"SG009", "SG011", "SG012", "SG013", "SG014", "SG015", "SG106", "SG123"}
"""Faults of how YAML is written, which a document written anew does not have: tests of their own
are about them."""

NO_RULE = {"SG026"}
"""A hunting query: what holds for rules is not asked of it."""

ABOUT_OTHER_FILES = {"SG490", "SG491"}

LEFT_OUT = NO_DOCUMENT | ABOUT_TEXT | ABOUT_OTHER_FILES | NO_RULE


def configuration_of(root: Path) -> Configuration:
    settings = root / "sentinelgen.yaml"
    return load_configuration(root) if settings.exists() else Configuration()


def examiner_of(root: Path) -> QueryExaminer:
    environment = load_environment(root, configuration_of(root)).environment
    return query_examiner(KqlService(environment, open_answer_cache(root)))


def findings(root: Path, examiner: QueryExaminer | None) -> tuple[Finding, ...]:
    configuration = configuration_of(root)
    catalog = load_catalog(root, configuration, seats())
    extra = (
        *load_environment(root, configuration).problems,
        *template_problems(catalog, WHOLE_CATALOG),
    )
    return compile_catalog(catalog, today=TODAY, examine_queries=examiner, extra=extra).findings


def document_of(path: Path) -> Document | None:
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def plant_tactic(document: Document) -> str | None:
    tactics = document.setdefault("tactics", [])
    if not isinstance(tactics, list):
        return None
    tactics.append("Persistense")
    return "SG201"


def plant_column(document: Document) -> str | None:
    details = document.setdefault("customDetails", {})
    if not isinstance(details, dict) or not isinstance(document.get("query"), str):
        return None
    details["Planted"] = "NoSuchColumnAtAll"
    return "SG420"


def plant_syntax_error(document: Document) -> str | None:
    if not isinstance(document.get("query"), str):
        return None
    document["query"] += "\n| where ("
    return "SG401"


PLANTS = (plant_tactic, plant_column, plant_syntax_error)

SAME_MEMBER = {
    "plant_tactic": {
        "SG204": "whether a technique has its tactic is not asked where a tactic does not exist",
    },
    "plant_column": {
        "SG101": "no query",
        "SG103": "what the query returns is open",
        "SG104": "what the query returns is open",
        "SG147": "SG420 says the same better",
        "SG149": "SG420 says the same better",
        "SG401": "a query that does not parse returns nothing known",
        "SG408": "a query that cannot be analysed returns nothing known",
        "SG421": "what the query returns is open",
        "SG455": "a query of nothing but let statements returns nothing",
    },
    "plant_syntax_error": {
        "SG101": "no query",
        "SG4": "what does not parse is understood by nobody",
    },
}
"""Where the two errors cannot be told apart, by the beginning of the first one's code, and why."""

NOT_RENDERED = {"SG3", "SG024-name-of-a-parameter", "SG025-query-and-template"}
"""There is no query, so no error of the query."""


def bad_documents() -> list[Any]:
    """Fixtures with one error, at a detection that can be read, with what can be planted there."""
    found = []
    for case in sorted(FIXTURES.glob("SG[0-4]*/bad/*")):
        code = case.parents[1].name
        expected = yaml.safe_load((case / "expected.yaml").read_text("utf-8"))
        is_one = {entry["code"] for entry in expected} - {NOT_LOOKED_AT} == {code}
        document = document_of(detection_of(case)) if detection_of(case) is not None else None
        if not is_one or document is None or code in LEFT_OUT:
            continue
        name = f"{code}-{case.name}"
        for plant in PLANTS:
            is_mixed = any(code.startswith(known) for known in SAME_MEMBER[plant.__name__])
            no_query = any(name.startswith(known) for known in NOT_RENDERED)
            if is_mixed or (no_query and plant is not plant_tactic):
                continue
            if plant(copy.deepcopy(document)) is not None:
                found.append(pytest.param(case, code, plant, id=f"{name}-{plant.__name__}"))
    return found


def detection_of(case: Path) -> Path | None:
    """Return the last detection of a fixture: where one clashes with another, it is told there."""
    files = sorted(case.glob("detections/[!_]*/**/*.yaml"))
    return files[-1] if files else None


@pytest.mark.parametrize(("case", "code", "plant"), bad_documents())
def test_an_error_does_not_hide_one_of_another_stage(
    case: Path, code: str, plant: Callable[[Document], str | None], tmp_path: Path
) -> None:
    root = tmp_path / "content"
    shutil.copytree(case, root)
    file = detection_of(root)
    assert file is not None
    document = document_of(file) or {}
    planted = plant(document)
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    needs_kql = plant is not plant_tactic or code.startswith("SG4")
    found = {finding.code for finding in findings(root, examiner_of(root) if needs_kql else None)}
    assert {planted, code} <= found


def good_documents() -> list[Any]:
    """The first good fixture of each check of detections: it stands near what the check is for."""
    found = []
    for check in sorted(FIXTURES.glob("SG[1-4]*")):
        case = min(check.glob("good/*"))
        file = detection_of(case)
        if file is not None and document_of(file) is not None:
            found.append(pytest.param(case, id=f"{check.name}-{case.name}"))
    return found


def members(value: Any, path: DocumentPath = ()) -> Iterator[DocumentPath]:
    """Yield every member, of each list the first item and the last."""
    if isinstance(value, dict):
        for key in value:
            yield (*path, key)
            yield from members(value[key], (*path, key))
    elif isinstance(value, list):
        for index in sorted({0, len(value) - 1}) if value else ():
            yield (*path, index)
            yield from members(value[index], (*path, index))


def spoiled(document: Document, path: DocumentPath, value: Any) -> Document:
    result = copy.deepcopy(document)
    inner: Any = result
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return result


@pytest.mark.parametrize("case", good_documents())
def test_nothing_follows_from_a_member_that_is_not_usable(case: Path, tmp_path: Path) -> None:
    root = tmp_path / "content"
    shutil.copytree(case, root)
    file = detection_of(root)
    assert file is not None
    document = document_of(file) or {}
    examiner = examiner_of(root) if case.parents[1].name.startswith("SG4") else None
    told = {}
    for path in members(document):
        if path[0] == "waivers" and path[2:] != ("reason",):
            continue  # nobody can tell what a waiver is about that no longer names a check
        text = yaml.safe_dump(spoiled(document, path, [[1.5]]), sort_keys=False)
        loaded = load_text(SourceText("detections/a/b.yaml", text), "a/b", SEAT)
        if loaded.detection is not None:
            continue  # a member of free shape, which may hold anything
        file.write_text(text, encoding="utf-8")
        codes = {finding.code for finding in findings(root, examiner)}
        follow = codes - {problem.code for problem in loaded.problems} - {NOT_LOOKED_AT}
        if follow:
            told[path] = sorted(follow)
    assert not told, told


def test_a_member_that_is_not_usable_is_told_in_one_line(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "SG045/bad/period-and-mapping", tmp_path / "content")
    told = [one for one in findings(tmp_path / "content", None) if one.code == NOT_LOOKED_AT]
    assert [one.severity for one in told] == [Severity.NOTE]
    assert told[0].message == (
        "queryPeriod, entityMappings[0].entityType were not looked at further, because of "
        "the errors at lines 8, 17"
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("severity: Low\nseverity: High", "SG011"),
        ("severity: !!python/object:os.system Low", "SG009"),
        ("severity: Low\ntriggerThreshold: .inf", "SG013"),
        ("severity: Low\n1: one", "SG012"),
    ],
)
def test_yaml_faults_of_one_member_do_not_hide_the_rest(
    line: str, code: str, tmp_path: Path
) -> None:
    folder = tmp_path / "detections/area"
    folder.mkdir(parents=True)
    text = (
        "id: 5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10\nname: One\ndescription: Text.\n"
        f"kind: NRT\nversion: 1.0.0\n{line}\ntactics: [Persistense]\nstatu: Available\n"
        "query: SigninLogs | where (\n"
    )
    (folder / "one.yaml").write_text(text, encoding="utf-8")
    found = {finding.code for finding in findings(tmp_path, examiner_of(tmp_path))}
    assert found - {NOT_LOOKED_AT} == {code, "SG020", "SG201", "SG401"}


def test_nothing_is_built_from_a_detection_with_an_error(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "SG045/bad/period-and-mapping", tmp_path / "content")
    catalog = load_catalog(tmp_path / "content", Configuration(), seats())
    compilation = compile_catalog(catalog, today=TODAY)
    assert [partial.slug for partial in catalog.partial] == ["signins/unused-country"]
    assert compilation.has_errors
    assert not catalog.detections
    assert not compilation.detections
    assert not list(compilation.queries())
