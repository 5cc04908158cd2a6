"""No function fails on odd values other than by saying so: extremes, broken text, wrong kinds.

One query a family calls each function with every pattern of arguments that binds. Where a call is
refused, with its place, it is taken out and the others run again.
"""

from __future__ import annotations

from itertools import product

import pytest

from generator.kql.environment import Environment
from generator.kql_evaluator.compile import compile_query
from generator.kql_evaluator.errors import EvaluationError, UnsupportedConstruct
from generator.kql_evaluator.functions import catalogue
from generator.kql_evaluator.functions.registry import Family
from generator.kql_service.service import KqlService
from tests.kql_evaluator.running import NOW

SERVICE = KqlService(Environment())
ROWS = """datatable(d:dynamic, s:string, n:long, r:real, t:datetime)[
dynamic(null), "", long(null), real(null), datetime(null),
dynamic([1,"a",null,{"x":1},[2],2.5,true]), "a[b(", 9223372036854775807, real(nan),
  datetime(9999-12-31),
dynamic({"a":1,"":[null]}), "$.a[0]", -9223372036854775808, real(+inf), datetime(0001-01-01),
dynamic("x"), "%zz=&é", 0, 0.0, datetime(2020-02-29),
dynamic(5), "1.2.3.4/33", -1, -1e308, datetime(2020-02-29),
dynamic([]), "::1", 1000000, 1e-320, datetime(1970-01-01),
dynamic([1e308,-1e308,9223372036854775807]), "  ", 70, 1e18, datetime(1970-01-01)
]
"""
PATTERNS = ["".join(letters) for count in (1, 2) for letters in product("dsnrt", repeat=count)]


def _calls(family: Family) -> list[tuple[str, str]]:
    """Return operator and call of each function: aggregates group, the others extend."""
    calls = [("project", name) for name in family.scalars]
    calls += [("summarize", name) for name in family.aggregates]
    calls += [("serialize", name) for name in family.windows]
    return calls


def _bound(operator: str, calls: list[str]) -> list[str]:
    """Return the calls that the language service accepts."""
    query, places = _query(operator, calls)
    wrong = [d for d in SERVICE.analyze(query).diagnostics if d.severity == "Error"]
    return [
        call
        for call, (start, end) in zip(calls, places, strict=True)
        if not any(d.start < end and d.end > start for d in wrong)
    ]


def _query(operator: str, calls: list[str]) -> tuple[str, list[tuple[int, int]]]:
    query = f"{ROWS}| {operator} "
    places = []
    for index, call in enumerate(calls):
        column = f"c{index}={call}"
        places.append((len(query), len(query) + len(column)))
        query += f"{column}, "
    return query.removesuffix(", "), places


@pytest.mark.parametrize("family", catalogue().families, ids=lambda family: family.title)
def test_functions_refuse_what_they_cannot_compute_with_its_place(family: Family) -> None:
    for operator in ("project", "summarize", "serialize"):
        names = [name for kind, name in _calls(family) if kind == operator]
        calls = [f"{name}({','.join(pattern)})" for name in names for pattern in PATTERNS]
        for start in range(0, len(calls), 300):
            _run(operator, _bound(operator, calls[start : start + 300]))


def _run(operator: str, calls: list[str]) -> None:
    while calls:
        query, places = _query(operator, calls)
        at = _refusal(query)
        if at is None:
            return
        left = [
            call for call, (start, end) in zip(calls, places, strict=True) if not start <= at < end
        ]
        assert len(left) < len(calls), f"refused at {at}, where no call stands"
        calls = left


def _refusal(query: str) -> int | None:
    """Return where a query is refused, or None where it runs."""
    try:
        compile_query(SERVICE.syntax_tree(query)).run({}, NOW)
    except (EvaluationError, UnsupportedConstruct) as error:
        return error.start
    return None
