"""A run ends: what takes too much is an error at its place, and what is ordinary is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.kql_evaluator.budget import OF_A_RUN, Budget, Limits, OverBudgetError
from generator.kql_evaluator.compile import Outcome
from generator.kql_evaluator.errors import EvaluationError
from tests.kql_evaluator.running import NOW, TABLES, compiled

CASES: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("budget.yaml").read_text(encoding="utf-8")
)


def spent(query: str, limits: Limits = OF_A_RUN) -> tuple[Outcome, Budget]:
    budget = Budget(limits)
    return compiled(query).run(TABLES, NOW, budget=budget), budget


@pytest.mark.parametrize("name", CASES)
def test_what_takes_too_much_is_an_error_at_its_place(name: str) -> None:
    case = CASES[name]
    limits = Limits(
        case.get("steps", OF_A_RUN.steps),
        case.get("cells", OF_A_RUN.cells),
        case.get("size", OF_A_RUN.size),
    )
    with pytest.raises(EvaluationError, match=r"too much|too many|longer") as caught:
        spent(case["query"], limits)
    where = case["query"][caught.value.start : caught.value.end]
    assert where.startswith(case["at"].split(" by ")[0]), where


def test_a_million_rows_filtered_and_summarized_take_a_part_of_the_budget() -> None:
    """Told from a tenth of them: what is spent grows with the rows, and the same in every run."""
    query = (
        "range x from 1 to 100000 step 1 | extend user = strcat('user', x % 7), code = x % 100"
        " | where code != 3 and user startswith 'user' and not(user has 'nobody')"
        " | summarize count(), dcount(x), make_set(code) by user"
    )
    outcome, budget = spent(query)
    assert len(outcome.table.rows) == 7
    assert (OF_A_RUN.steps - budget.steps) * 10 < OF_A_RUN.steps
    assert (OF_A_RUN.size - budget.size) * 10 < OF_A_RUN.size
    again = spent(query)[1]
    assert (again.steps, again.cells, again.size) == (budget.steps, budget.cells, budget.size)


def test_rows_that_are_gone_are_not_counted_any_more() -> None:
    query = "range x from 1 to 10000 step 1" + " | extend x = x + 1" * 40 + " | count"
    limits = Limits(OF_A_RUN.steps, 10_000 * 30, OF_A_RUN.size)
    assert spent(query, limits)[0].table.rows == ((10_000,),)


def test_a_query_may_run_any_number_of_times() -> None:
    query = compiled("Events | evaluate bag_unpack(Detail) | where Code > 0 | count")
    first, second = Budget(), Budget()
    for budget in (first, second):
        query.run(TABLES, NOW, budget=budget)
    assert first.steps == second.steps


def test_a_budget_says_which_limit_was_met() -> None:
    budget = Budget(Limits(10, 10, 10))
    with pytest.raises(OverBudgetError, match="more than 10 steps"):
        budget.step(11)
    with pytest.raises(OverBudgetError, match="more than 10 cells"):
        budget.hold(11)
    with pytest.raises(OverBudgetError, match="more than 10 bytes"):
        budget.value("a" * 100)
