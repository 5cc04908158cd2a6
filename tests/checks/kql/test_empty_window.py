from __future__ import annotations

from itertools import permutations

import pytest

from generator.kql_service.service import KqlService
from tests.checks.kql.remarks import codes, remarks

WINDOWS = {
    "between": "SigninLogs | where TimeGenerated between ({begin} .. {end})",
    "two comparisons": "SigninLogs | where TimeGenerated >= {begin} and {end} >= TimeGenerated",
    "two filters": (
        "SigninLogs | where TimeGenerated <= {end} | take 9 | where {begin} <= TimeGenerated"
    ),
    "let": "let a = {begin}; let b = {end}; SigninLogs | where TimeGenerated between (a .. b)",
    "let table": (
        "let T = SigninLogs | where TimeGenerated <= {end}; T | where TimeGenerated >= {begin}"
    ),
    "materialized table": (
        "let T = materialize((SigninLogs | where TimeGenerated <= {end}));"
        " T | where TimeGenerated >= {begin}"
    ),
    "table of a function": (
        "let f = () {{ SigninLogs | where TimeGenerated <= {end} }};"
        " f() | take 5 | where TimeGenerated >= {begin}"
    ),
    "ingestion": "SigninLogs | where ingestion_time() >= {begin} and ingestion_time() <= {end}",
}
POINTS = {
    "ago": "ago({0}m)",
    "now": "now(-{0}m)",
    "sum": "now() - {0} * 1m",
    "date": "datetime(2026-01-01) - {0}m",
    "datetime_add": "datetime_add('minute', -{0}, now())",
    "half": "(ago({0}m) - {0}m + time({0}m))",
}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("point", POINTS)
def test_exactly_the_windows_that_end_before_they_begin_are_reported(
    service: KqlService, window: str, point: str
) -> None:
    written = POINTS[point]
    for begin, end in permutations((0, 60, 40_000), 2):
        query = WINDOWS[window].format(begin=written.format(begin), end=written.format(end))
        assert codes(service, query) == (["SG442"] if end > begin else []), query


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("point", POINTS)
def test_a_window_of_one_moment_is_a_window(service: KqlService, window: str, point: str) -> None:
    moment = POINTS[point].format(90)
    assert codes(service, WINDOWS[window].format(begin=moment, end=moment)) == []


@pytest.mark.parametrize(
    "condition",
    [
        "TimeGenerated > ago(1h) and TimeGenerated < ago(1h)",
        "TimeGenerated between (startofday(now()) .. startofday(ago(3d)))",
        "TimeGenerated between (datetime(2026-01-31) .. -1d)",
        "TimeGenerated !between (ago(1d) .. ago(7d))",
        "UserId == '' or (DurationMs > 5 and DurationMs < 3)",
        "isempty(UserId) and (DurationMs >= 5.5 and (DurationMs <= 5))",
    ],
)
def test_what_no_row_passes_is_reported_once(service: KqlService, condition: str) -> None:
    assert codes(service, f"SigninLogs | where {condition}") == ["SG442"]


@pytest.mark.parametrize(
    "query",
    [
        "SigninLogs | where TimeGenerated > ago(1d) or TimeGenerated < ago(7d)",
        "SigninLogs | where TimeGenerated > ago(1d) and CreatedDateTime < ago(7d)",
        "SigninLogs | where TimeGenerated >= ago(1d) and TimeGenerated <= ago(1d)",
        "SigninLogs | where TimeGenerated between (datetime(2026-01-31) .. ago(1d))",
        "SigninLogs | where TimeGenerated between (startofday(ago(1d)) .. ago(1d))",
        "SigninLogs | where DurationMs > 9 | union (SigninLogs | where DurationMs < 5)",
        "SigninLogs | where DurationMs > 9 | extend DurationMs = 4 | where DurationMs < 5",
        "SigninLogs | where DurationMs > 9 | project UserId, DurationMs = 4 | where DurationMs < 5",
        "SigninLogs | where DurationMs > 9 | summarize DurationMs = count() | where DurationMs < 5",
        "SigninLogs | extend x = 9 | where x > 8 | mv-expand x = dynamic([1]) | where x < 5",
        "SigninLogs | extend x = 9 | where x > 8 | serialize x = row_number() | where x < 5",
        "let f = (x: long) { SigninLogs | where DurationMs between (x .. 5) }; f(1)",
        "let x = 9; let f = (x: long) { SigninLogs | where DurationMs between (x .. 5) }; f(1)",
        "SigninLogs | where DurationMs between (toint(UserId) .. 5)",
        "SigninLogs | where DurationMs between (9 / 2 .. 4)",
    ],
)
def test_what_is_not_certain_is_left_alone(service: KqlService, query: str) -> None:
    assert codes(service, query) == []


def test_a_later_let_of_the_name_inside_a_function_is_not_taken(service: KqlService) -> None:
    query = (
        "let from = ago(1d); let f = () { let from = ago(14d);"
        " SigninLogs | where TimeGenerated between (from .. ago(7d)) };"
        " union f(), (SigninLogs | where TimeGenerated between (from .. ago(7d)))"
    )
    assert remarks(service, query) == [("SG442", "TimeGenerated between (from .. ago(7d))")]


def test_long_chains_of_pipes_conditions_and_lets_are_no_burden(service: KqlService) -> None:
    lets = "".join(f"let a{n + 1} = a{n} + a{n};" for n in range(30))
    conditions = " and ".join("DurationMs > 5" for _ in range(200))
    pipes = "| where DurationMs > 5" * 200
    query = f"let a0 = 1d; {lets} SigninLogs | where {conditions} {pipes} | where DurationMs < 3"
    assert codes(service, query) == ["SG442"]
