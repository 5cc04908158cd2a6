from __future__ import annotations

import pytest

from generator.kql_service.service import KqlService
from tests.checks.kql.remarks import codes, remarks

UNPACKED = "SigninLogs | evaluate bag_unpack(DeviceDetail)"


@pytest.mark.parametrize(
    "use",
    [
        "| where browser == 'x' and browser != 'y'",
        "| project browser, UserId",
        "| summarize count() by browser",
        "| extend Browser = tostring(browser) | where Browser == '' | project Browser",
        "| where UserId == '' | sort by browser",
        "| join kind=inner (AuditLogs) on CorrelationId | where browser == Category1",
        "| project-rename Browser = browser | where Browser == ''",
        "| evaluate bag_unpack(LocationDetails) | where browser == ''",
    ],
)
def test_a_column_of_the_data_alone_is_said_where_it_is_first_used(
    service: KqlService, use: str
) -> None:
    found = [(code, text) for code, text in remarks(service, f"{UNPACKED} {use}")]
    assert found[0] == ("SG410", "browser")
    assert [text for _, text in found].count("browser") == 1


@pytest.mark.parametrize(
    "table",
    [
        f"let T = {UNPACKED}; T",
        f"let T = materialize({UNPACKED}); T",
        f"let T = materialize(({UNPACKED})); let U = T | take 5; U",
        f"let f = () {{ {UNPACKED} }}; f()",
        f"let f = (n: long) {{ let S = {UNPACKED}; S | take n }}; f(5)",
        f"let f = view () {{ {UNPACKED} }}; f",
    ],
)
def test_such_a_column_is_followed_through_let_statements_and_functions(
    service: KqlService, table: str
) -> None:
    assert remarks(service, f"{table} | where browser == ''") == [("SG410", "browser")]
    assert codes(service, f"{table} | where column_ifexists('browser', '') == ''") == []


@pytest.mark.parametrize(
    "query",
    [
        f"{UNPACKED} : (*, browser: string) | where browser == ''",
        f"{UNPACKED} | where column_ifexists('browser', '') == ''",
        f"{UNPACKED} | extend browser = column_ifexists('browser', '') | where browser == ''",
        f"{UNPACKED} | where UserId == '' | extend x = 1 | where x == 1",
        f"{UNPACKED} | summarize Users = dcount(UserId) by Location | where Users > 5",
        f"{UNPACKED} | join kind=inner (AuditLogs) on CorrelationId | where Category1 == ''",
        f"let T = {UNPACKED}; AuditLogs | join kind=inner T on CorrelationId | where Result == ''",
        "SigninLogs | project UserId, Location | evaluate pivot(Location) | where UserId == ''",
    ],
)
def test_what_is_there_without_data_is_left_alone(service: KqlService, query: str) -> None:
    assert codes(service, query) == []


@pytest.mark.parametrize(
    "query",
    [
        "Unheard_CL | evaluate bag_unpack(Details) | where browser == ''",
        "let f = (T: (*)) { T | evaluate bag_unpack(d) | where browser == '' }; f(SigninLogs)",
        "let f = (T: (*)) { T | take 1 | evaluate bag_unpack(d) | where y == '' }; f(SigninLogs)",
        "let f = (T: (*)) { let U = T; U | evaluate bag_unpack(d) | where y == '' }; f(SigninLogs)",
    ],
)
def test_an_input_of_unknown_columns_may_have_the_column_itself(
    service: KqlService, query: str
) -> None:
    assert codes(service, query) == []
