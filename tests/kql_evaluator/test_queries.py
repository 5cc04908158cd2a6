"""Each case of the fixture files: a sentence of policy, a query, the columns and rows it gives.

Cells are written as tostring() gives them; null and the empty string are both ''.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.kql_evaluator.running import shown

FIXTURES = Path(__file__).parent / "fixtures"
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['policy']}")
    for path in sorted(FIXTURES.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES)
def test_query_gives_the_rows_of_its_case(case: dict[str, object]) -> None:
    columns, rows = shown(str(case["query"]))
    assert rows == case["rows"]
    if "columns" in case:
        assert columns == case["columns"]


def test_every_operator_and_expression_of_the_evaluator_has_a_case() -> None:
    from generator.kql_evaluator.compile import HANDLERS  # noqa: PLC0415 - names no query needs
    from tests.kql_evaluator.running import ENVIRONMENT, KqlService  # noqa: PLC0415

    service = KqlService(ENVIRONMENT)
    seen = {
        node.kind
        for case in CASES
        for node in service.syntax_tree(str(case.values[0]["query"])).walk_expanded()  # type: ignore[index,call-overload]
    }
    known = {*HANDLERS.scalars, *HANDLERS.tabulars, *HANDLERS.operators}
    assert known - seen == NOT_REACHED


NOT_REACHED = {"ToTableExpression", "RenderOperator", "ExternalDataExpression"}
"""Without rows to show: rendering changes nothing, external data comes from a test's own input."""
