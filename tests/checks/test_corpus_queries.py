"""Published queries pass the checks of their text and tree, but for the errors that are true.

`corpus_errors.yaml` lists those with the reason.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.catalog.beside import Beside
from generator.catalog.detection import Detection
from generator.check import Check, DocumentCheck, ModelCheck, TextCheck
from generator.checks.kql.tree_check import TreeCheck, remarked, tree_inspection
from generator.checks.registry import registered_checks, registered_codes
from generator.findings import Problem, Severity
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES
from generator.kql.schemas.builtin import builtin_environment
from generator.kql_service.bundle import KqlUnavailableError, find_bundle
from generator.kql_service.service import KqlService
from generator.text.source_text import SourceText
from tests.checks.detections import detection
from tests.shared import CORPUS, needs_shared

FOLDERS = ("community-rules", "kinds/hunting", "kinds/parsers")
TRUE_ERRORS = yaml.safe_load(Path(__file__).with_name("corpus_errors.yaml").read_text("utf-8"))

pytestmark = needs_shared(CORPUS)


def published() -> dict[str, tuple[str, str]]:
    """Return the text of each file and its query, which keys of several names hold."""
    found = {}
    for folder in FOLDERS:
        for path in sorted((CORPUS / folder).glob("*.yaml")):
            text = path.read_text("utf-8-sig")
            document = yaml.load(text, yaml.CSafeLoader)
            query = document.get("query") or document.get("FunctionQuery")
            query = query or document.get("ParserQuery")
            if isinstance(query, str):
                found[f"{folder}/{path.name}"] = (text, query)
    return found


def errors_of(problems: list[Problem]) -> set[str]:
    checks = registered_codes()
    return {item.code for item in problems if checks[item.code].severity is Severity.ERROR}


def of_text(text: str, query: str) -> list[Problem]:
    """Return what the checks of the query's text find, whatever else is in the document."""
    one = Detection("x/y", SourceText("y.yaml", text), {**detection().document, "query": query})
    meaning = ANALYTIC_RULES.assemble(detection(), query, Beside.nothing())
    assert meaning.query is not None
    found: list[Problem] = []
    for check in query_checks():
        if isinstance(check, DocumentCheck):
            found.extend(check.examine(one))
        elif isinstance(check, TextCheck):
            found.extend(check.examine(meaning.query, one))
        elif isinstance(check, ModelCheck):
            found.extend(check.examine(meaning.model, one))
    return found


def query_checks() -> list[Check]:
    return [check() for check in registered_checks() if ".query." in check.__module__]


def test_no_published_query_has_an_error_that_is_none() -> None:
    try:
        find_bundle()
    except KqlUnavailableError as error:
        pytest.skip(str(error))
    queries = published()
    service = KqlService(builtin_environment())
    examined: list[tuple[Any, list[Any]]] = service.examine_many(
        [query for _, query in queries.values()], tree_inspection()
    )
    found = {}
    for (name, (text, query)), (_, remarks) in zip(queries.items(), examined, strict=True):
        errors = errors_of([*of_text(text, query), *remarked(remarks)])
        if errors - {"SG102"}:  # parsers are longer than a rule may be
            found[name] = errors
    assert found == {name: set(codes) for name, codes in TRUE_ERRORS.items()}


def test_the_checks_of_trees_and_texts_are_among_those_that_ran() -> None:
    trees = {check.code for check in registered_checks() if issubclass(check, TreeCheck)}
    assert {"SG411", "SG442"} <= trees
    assert {"SG106", "SG107"} <= {check.code for check in query_checks()}
