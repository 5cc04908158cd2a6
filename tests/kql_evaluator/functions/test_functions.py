"""Each case of the fixture files: a sentence of policy, a query, the rows it gives.

Cells are written as tostring() gives them; null and the empty string are both ''. Expected values
are those of the KQL reference's examples, or follow from its text.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from generator.kql_evaluator.functions import catalogue
from tests.kql_evaluator.running import shown

FIXTURES = Path(__file__).parent / "fixtures"
CASES = [
    pytest.param(case["query"], case["rows"], id=f"{path.stem}: {case['policy']}")
    for path in sorted(FIXTURES.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("query", "rows"), CASES)
def test_query_gives_the_rows_of_its_case(query: str, rows: list[list[str]]) -> None:
    assert shown(query)[1] == rows


def _called_in_cases() -> set[str]:
    text = "\n".join(str(case.values[0]) for case in CASES)
    return set(re.findall(r"\b([a-z_][a-z0-9_]*)\s*\(", text))


def test_every_implementation_of_a_function_has_a_case() -> None:
    called = _called_in_cases()
    functions = catalogue()
    names: dict[int, set[str]] = {}
    for name, scalar in functions.scalars.items():
        names.setdefault(id(scalar.prepare), set()).add(name)
    for name, aggregate in functions.aggregates.items():
        names.setdefault(id(aggregate.create), set()).add(name)
    for name, window in functions.windows.items():
        names.setdefault(id(window.evaluate), set()).add(name)
    untested = [sorted(aliases) for aliases in names.values() if not aliases & called]
    assert untested == []
