"""Every check's fixtures go through the whole compilation: bad ones give what they expect, no more.

A fixture is a content repository in small: `fixtures/CODE/bad|good/CASE/`, with `expected.yaml`
beside the content of a bad one. Where it has a folder `before`, that is the committed state that
the content is compared with; where it has `arm`, that is what a build finds there.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from generator.artifacts.build import plan_artifacts
from generator.artifacts.errors import ArtifactError
from generator.artifacts.folder import write_artifacts
from generator.catalog.configuration import Configuration, load_configuration
from generator.catalog.load import load_catalog
from generator.catalog.selection import WHOLE_CATALOG
from generator.checks.history import compare_with_base
from generator.checks.kql.examination import examine_queries
from generator.checks.kql.function_files import checked_functions
from generator.checks.registry import registered_codes
from generator.compile import Compilation, QueryExaminer, compile_catalog
from generator.detection_tests.problems import test_problems as problems_of_tests
from generator.detection_tests.query_inputs import QueryInputs
from generator.findings import InFile
from generator.kinds import seats
from generator.kql_service.bundle import KqlUnavailableError, find_bundle
from generator.kql_service.service import KqlService
from generator.kql_templates import TemplateLibrary
from generator.surroundings import template_problems, tenant_problems
from generator.symbols import environment_of

FIXTURES = Path(__file__).parent / "fixtures"
TODAY = date(2026, 1, 31)


def cases(kind: str) -> list[object]:
    return [
        pytest.param(case, id=f"{case.parents[1].name}-{case.name}")
        for case in sorted(FIXTURES.glob(f"SG*/{kind}/*"))
    ]


def findings_of(case: Path, scratch: Path) -> list[tuple[str, str, int, int]]:
    """Code, file, line and column of everything that a build of the case reports."""
    root = repository_of(case, scratch) if (case / "before").is_dir() else case
    settings = root / "sentinelgen.yaml"
    configuration = load_configuration(root) if settings.exists() else Configuration()
    catalog = load_catalog(root, configuration, seats())
    extra = compare_with_base(catalog, "HEAD") if root != case else ()
    examiner = None
    if case.parents[1].name.startswith("SG4"):
        loaded = environment_of(catalog)
        service = KqlService(loaded.environment)
        examiner = query_examiner(service)
        service, faults = checked_functions(service, loaded)
        extra = (*extra, *loaded.problems, *faults)
        examiner = query_examiner(service)
    if case.parents[1].name.startswith("SG05"):
        extra = (*extra, *environment_of(catalog).problems)
    extra = (*extra, *tenant_problems(catalog), *template_problems(catalog, WHOLE_CATALOG))
    if case.parents[1].name.startswith("SG6"):
        environment = environment_of(catalog).environment
        queries = QueryInputs(KqlService(environment), TemplateLibrary(root))
        query_examiner(queries.service)
        extra = (*extra, *problems_of_tests(catalog, environment, WHOLE_CATALOG, queries))
    compilation = compile_catalog(catalog, today=TODAY, extra=extra, examine_queries=examiner)
    found = [(f.code, f.file, f.line, f.column) for f in compilation.findings]
    if not compilation.has_errors:
        found.extend(build(case, compilation, scratch))
    return found


def build(
    case: Path, compilation: Compilation, scratch: Path
) -> Iterator[tuple[str, str, int, int]]:
    """Write the artifacts to a copy of the case's `arm` and yield what stands against it."""
    out = scratch / "arm"
    if (case / "arm").is_dir():
        shutil.copytree(case / "arm", out)
    rules = list(compilation.resources())
    try:
        planned = plan_artifacts(rules, compilation.catalog.configuration)
        write_artifacts(out, planned, remove_stale=True)
    except ArtifactError as error:
        for problem in error.problems:
            assert isinstance(problem.place, InFile)
            yield problem.code, problem.place.file, problem.place.line, problem.place.column


def query_examiner(service: KqlService) -> QueryExaminer:
    """Analyse queries; only where the service is installed."""
    try:
        find_bundle()
    except KqlUnavailableError as error:
        pytest.skip(str(error))
    return lambda staged: examine_queries(service, staged)


def repository_of(case: Path, scratch: Path) -> Path:
    """A repository whose last commit is `before`, with the case's content in the work tree."""
    shutil.copytree(case / "before", scratch / "content")
    root = scratch / "content"
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "before"]):
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
        identity += ["-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True)
    shutil.rmtree(root / "detections")
    shutil.copytree(case / "detections", root / "detections")
    return root


@pytest.mark.parametrize("case", cases("bad"))
def test_bad_fixture_gives_exactly_the_expected_findings(case: Path, tmp_path: Path) -> None:
    expected = yaml.safe_load((case / "expected.yaml").read_text("utf-8"))
    assert findings_of(case, tmp_path) == [
        (entry["code"], entry["file"], entry["line"], entry["column"]) for entry in expected
    ]


@pytest.mark.parametrize("case", cases("good"))
def test_good_fixture_gives_no_finding_at_all(case: Path, tmp_path: Path) -> None:
    assert findings_of(case, tmp_path) == []


@pytest.mark.parametrize("code", registered_codes())
def test_every_check_has_a_bad_and_a_good_fixture(code: str) -> None:
    for kind in ("bad", "good"):
        assert any((FIXTURES / code / kind).glob("*")), f"{code} has no {kind} fixture"


def test_every_fixture_belongs_to_a_check() -> None:
    assert {folder.name for folder in FIXTURES.iterdir()} <= set(registered_codes())
