"""Published queries run in workspaces: what the engine is said to refuse is hardly ever in them."""

from __future__ import annotations

from pathlib import Path

import yaml

from generator.checks.kql.tree_check import remarked, tree_inspection
from generator.kql.schemas.builtin import builtin_environment
from generator.kql_service.service import KqlService
from tests.shared import CORPUS, needs_shared

FOLDERS = ("community-rules", "kinds/hunting", "kinds/parsers")
KEYS = ("query", "ParserQuery", "FunctionQuery")
CODES = {"SG453", "SG454", "SG455", "SG456", "SG457", "SG458", "SG470", "SG471", "SG472", "SG473"}
FEWEST_QUERIES = 300
EXPLAINED = yaml.safe_load(
    (Path(__file__).parent / "corpus_errors_engine.yaml").read_text(encoding="utf-8")
)

pytestmark = needs_shared(CORPUS)


def published_queries() -> dict[str, str]:
    queries: dict[str, str] = {}
    for folder in FOLDERS:
        for path in sorted((CORPUS / folder).glob("*.yaml")):
            content = yaml.load(path.read_text("utf-8-sig"), yaml.CSafeLoader)
            for key in KEYS:
                if isinstance(content, dict) and isinstance(content.get(key), str):
                    queries[f"{folder}/{path.name}"] = content[key]
    return queries


def test_every_error_in_a_published_query_is_explained() -> None:
    queries = published_queries()
    assert len(queries) >= FEWEST_QUERIES
    service = KqlService(builtin_environment())
    examined = service.examine_many(list(queries.values()), tree_inspection())
    found = {
        (name, problem.code)
        for name, (_, remarks) in zip(queries, examined, strict=True)
        for problem in remarked(remarks)
        if problem.code in CODES
    }
    assert found == {(item["file"], item["code"]) for item in EXPLAINED}


def test_every_explanation_says_why() -> None:
    assert all(item["reason"] for item in EXPLAINED)
