"""No function fails on odd values other than by saying so: extremes, broken text, wrong kinds.

One query a family calls each function with every pattern of arguments that binds. Where a call is
refused, with its place, it is taken out and the others run again.
"""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from generator.kql.environment import Environment
from generator.kql_evaluator.budget import OF_A_RUN, Budget, Limits
from generator.kql_evaluator.compile import compile_query
from generator.kql_evaluator.errors import EvaluationError, UnsupportedConstruct
from generator.kql_evaluator.functions import catalogue
from generator.kql_evaluator.functions.registry import Family
from generator.kql_service.service import KqlService
from tests.kql_evaluator.running import NOW

SERVICE = KqlService(Environment())
ROWS = """datatable(
  d:dynamic, s:string, n:long, r:real, t:datetime, p:timespan, w:string, i:int, b:bool
)[
dynamic(null), "", long(null), real(null), datetime(null),
  timespan(null), "", int(null), bool(null),
dynamic([1,"a",null,{"x":1},[2],2.5,true]), "a[b(", 9223372036854775807, real(nan),
  datetime(9999-12-31 23:59:59.9999999), timespan(10675199.02:48:05), "1e6000", 2147483647, true,
dynamic({"a":1,"":[null]}), "$.a[0]", -9223372036854775808, real(+inf), datetime(0001-01-01),
  timespan(-10675199.02:48:05), "-1e6000", -2147483648, false,
dynamic("x"), "%zz=&é", 0, 0.0, datetime(2020-02-29), 0s, "0", 0, true,
dynamic(5), "1.2.3.4/33", -1, -1e308, datetime(2020-02-29), timespan(-1tick), "1e-6000", 7, false,
dynamic([]), "::1", 1000000, 1e-320, datetime(1970-01-01), 1tick, "1e300000", 300000, true,
dynamic([1e308,-1e308,9223372036854775807]), "year", 70, 1e18, datetime(1970-01-01),
  365000d, "1234567890123456789012345678901234567.8", 64, true,
dynamic([0,-1,-9223372036854775807]), "Asia/Tokyo", 9007199254740993, real(-inf),
  datetime(9999-12-31 23:59:59), 1d, "99999999999999999.5", 2, false
]
| extend e = todecimal(w)
"""
LITTLE = Limits(2_000_000, OF_A_RUN.cells, OF_A_RUN.size)
"""What a query may take here: a range() of a million elements is refused like any other value."""
PATTERNS = ["".join(letters) for count in (1, 2) for letters in product("dsnrt", repeat=count)]
FURTHER = 24
"""Calls of each function with arguments of any types, up to six, the same in every run."""


def _patterns(name: str) -> list[str]:
    chosen = Random(name)  # noqa: S311 - the same calls in every run
    return PATTERNS + [
        "".join(chosen.choices("dsnrtpeib", k=chosen.choice((1, 1, 2, 2, 3, 3, 4, 5, 6))))
        for _ in range(FURTHER)
    ]


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


OPERATORS = ("+", "-", "*", "/", "%", "==", "<", ">=", "has", "in~", "contains", "=~")


def test_operators_give_a_value_of_any_two_values_or_refuse_them() -> None:
    calls = [
        f"{left} {operator} ({right})"
        for operator in OPERATORS
        for left, right in product("dsnrtpeib", repeat=2)
    ]
    calls += [f"-{letter}" for letter in "nrpei"]
    calls += [f"{value} between ({low} .. {low})" for value, low in product("nrtpei", repeat=2)]
    for start in range(0, len(calls), 300):
        _run("project", _bound("project", calls[start : start + 300]))


RANGES = [
    "range x from 9223372036854775806 to 9223372036854775807 step 1",
    "range x from datetime(9999-12-31) to datetime(9999-12-31 23:59) step 1d",
    "range x from real(nan) to 1.0 step 1.0",
    "range x from 0.0 to real(+inf) step 1e308",
    "range x from todecimal('1e6000') to todecimal('2e6000') step todecimal('1e6000')",
    f"{ROWS} | make-series count() on r from 1.0 to 10.0 step 1.0",
    f"{ROWS} | make-series count() on r step 1e300",
    f"{ROWS} | make-series count() on n step 9223372036854775807",
    f"{ROWS} | make-series count() on t from datetime(0001-01-01) to datetime(9999-12-31) step 9d",
    f"{ROWS} | make-series count() on e from decimal(1) to decimal(2) step decimal(1)",
    f"{ROWS} | summarize sum(e), avg(e), stdev(e), percentile(e, 50) by bin(e, decimal(1))",
    f"{ROWS} | summarize sum(e), avg(e), max(e), variance(e), sum(r), avg(n), avg(t), sum(p)",
    f"{ROWS} | summarize count() by bin(r, 1e-300), bin(n, 9223372036854775807), bin(t, 365000d)",
    f"{ROWS} | sort by e, r, d | top 3 by p | extend x = row_number(-1, b)",
    f"{ROWS} | take 9223372036854775807",
    f"{ROWS} | mv-expand d to typeof(int) limit 9223372036854775807",
    f"{ROWS} | summarize make_list(n, 9223372036854775807), make_set(r, 0)",
    f"{ROWS} | serialize | extend x = prev(n, 9223372036854775807), y = next(t, -1)",
    f"{ROWS} | serialize | extend x = row_cumsum(e), y = row_cumsum(r), z = row_cumsum(p)",
]


@pytest.mark.parametrize("query", RANGES)
def test_operators_end_with_rows_or_an_error(query: str) -> None:
    _refusal(query)


@pytest.mark.parametrize("family", catalogue().families, ids=lambda family: family.title)
def test_functions_refuse_what_they_cannot_compute_with_its_place(family: Family) -> None:
    for operator in ("project", "summarize", "serialize"):
        names = [name for kind, name in _calls(family) if kind == operator]
        calls = [f"{name}({','.join(pattern)})" for name in names for pattern in _patterns(name)]
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
        compile_query(SERVICE.syntax_tree(query)).run({}, NOW, budget=Budget(LITTLE))
    except (EvaluationError, UnsupportedConstruct) as error:
        return error.start
    return None
