"""The names of KQL's own functions are kept as a list, so that loading needs no service."""

from __future__ import annotations

import json

from generator.kql.literals import builtin_functions
from generator.kql_service.engine import engine

_NAMES = """
JSON.stringify(
  [Kusto.Language.GlobalState.Default.Functions, Kusto.Language.GlobalState.Default.Aggregates]
    .flatMap(kqlBridge.array).map(({ Name }) => Name)
)
"""


def test_the_list_is_the_language_services_own() -> None:
    names = engine()._run(_NAMES)
    assert isinstance(names, str)
    assert builtin_functions() == set(json.loads(names))
