"""Notes on what binds and runs, and is rarely what was meant."""

from __future__ import annotations

import pytest

from generator.kql_service.service import KqlService
from tests.checks.kql.remarks import codes, remarks

OPERATORS = [
    *("contains", "!contains", "contains_cs", "has", "!has", "has_cs", "hasprefix", "hassuffix"),
    *("startswith", "!startswith", "startswith_cs", "endswith", "!endswith", "endswith_cs"),
    *("==", "!=", "=~", "!~"),
]
LISTS = ["in", "!in", "in~", "!in~", "has_any", "has_all"]


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("text", ["*.exe", "curl*", "*curl*"])
def test_an_asterisk_at_an_edge_is_no_wildcard(
    service: KqlService, operator: str, text: str
) -> None:
    query = f"SigninLogs | where UserAgent {operator} '{text}'"
    assert remarks(service, query) == [("SG461", f"'{text}'")]


@pytest.mark.parametrize("operator", LISTS)
def test_nor_in_a_list_wherever_it_stands(service: KqlService, operator: str) -> None:
    for items in ("'*x', 'y'", "dynamic(['*x', 'y'])", "T"):
        query = f"let T = dynamic(['*x', 'y']); SigninLogs | where UserAgent {operator} ({items})"
        assert codes(service, query) == ["SG461"]


@pytest.mark.parametrize(
    "condition",
    [
        "UserAgent == '*'",
        "UserAgent contains '**'",
        "UserAgent has 'a*b'",
        "UserAgent == 's3:*' or UserAgent has '/*' or UserAgent == '*/*'",
        "UserAgent == '0 0 * * *'",
        "UserAgent matches regex '.x*'",
        "'x*' == 'y'",
    ],
)
def test_asterisks_that_values_have_are_left_alone(service: KqlService, condition: str) -> None:
    assert codes(service, f"SigninLogs | where {condition}") == []


@pytest.mark.parametrize("operator", LISTS)
def test_a_table_of_several_columns_gives_its_first(service: KqlService, operator: str) -> None:
    head = "let T = AuditLogs | project Identity, Result; SigninLogs | where UserId "
    for table in ("T", "(T)", "(AuditLogs | project Identity, Result)"):
        assert codes(service, f"{head} {operator} ({table})") == ["SG460"]
    for items in ("(AuditLogs | project Identity)", "'a', 'b'", "toscalar(T)"):
        assert codes(service, f"{head} {operator} ({items})") == []
