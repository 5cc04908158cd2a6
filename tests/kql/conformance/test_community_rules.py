"""Published rules that bind compile and run: on empty tables, and on rows of their own literals.

They are no part of the project: they lie beside a development checkout, and only there this runs.
The constructs that the rest needs are named in the failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import yaml

from generator.kql.schemas.builtin import builtin_environment
from generator.kql.syntax import Node
from generator.kql_evaluator.compile import CompiledQuery, compile_query
from generator.kql_evaluator.errors import UnsupportedConstruct
from generator.kql_evaluator.table import Column, Table
from generator.kql_service.service import KqlService
from tests.kql.conformance.literal_rows import tables_of
from tests.shared import COMMUNITY_RULES as RULES
from tests.shared import needs_shared

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
COMPILE = 0.95
RETURN_A_ROW = 0.5
WATCHLIST = Table((Column("SearchKey", "string"),), (("user0@contoso.example",), ("203.0.113.0",)))
"""Every watchlist that a rule names."""

pytestmark = needs_shared(RULES)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that binds; `compiled` is None where a construct is not supported."""

    name: str
    tree: Node
    compiled: CompiledQuery | None
    refused: str = ""


@cache
def rules_that_bind() -> tuple[Rule, ...]:
    environment = builtin_environment()
    service = KqlService(environment)
    queries = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8")).get("query")
        for path in sorted(RULES.glob("*.yaml"))
    }
    queries = {name: query for name, query in queries.items() if query}
    rules = []
    for name, analysis in zip(queries, service.analyze_many(list(queries.values())), strict=True):
        if any(item.severity == "Error" for item in analysis.diagnostics):
            continue
        tree = service.syntax_tree(queries[name])
        try:
            rules.append(Rule(name, tree, compile_query(tree, environment)))
        except UnsupportedConstruct as refused:
            rules.append(Rule(name, tree, None, refused.construct))
    return tuple(rules)


def watchlists_of(tree: Node) -> Mapping[str, Table]:
    texts = [node.value for node in tree.walk() if isinstance(node.value, str)]
    return dict.fromkeys(texts, WATCHLIST)


def test_nearly_every_rule_that_binds_compiles() -> None:
    rules = rules_that_bind()
    refused = {rule.name: rule.refused for rule in rules if rule.compiled is None}
    assert len(rules) > 100
    assert 1 - len(refused) / len(rules) >= COMPILE, refused


def test_every_compiled_rule_runs_on_empty_tables() -> None:
    for rule in rules_that_bind():
        if rule.compiled is not None:
            rule.compiled.run({}, NOW, watchlists_of(rule.tree))


def test_half_of_the_rules_return_a_row_on_rows_of_their_own_literals() -> None:
    compiled = [rule for rule in rules_that_bind() if rule.compiled is not None]
    found = [rule.name for rule in compiled if returns_a_row(rule)]
    assert len(found) / len(compiled) >= RETURN_A_ROW, len(found)


def returns_a_row(rule: Rule) -> bool:
    assert rule.compiled is not None
    watchlists = watchlists_of(rule.tree)
    inputs = (
        tables_of(rule.tree, builtin_environment(), NOW, rows, varied=varied)
        for rows, varied in ((40, False), (120, True), (120, False))
    )
    return any(rule.compiled.run(tables, NOW, watchlists).table.rows for tables in inputs)
