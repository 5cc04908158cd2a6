from __future__ import annotations

import pytest

from generator.checks.kql.foreign_vocabulary import FUNCTIONS, PLUGINS, STATEMENTS
from generator.kql_service.service import KqlService
from tests.checks.kql.remarks import codes, remarks

WRITTEN = {
    "AliasStatement": "alias database other = database('x'); print 1",
    "QueryParametersStatement": "declare query_parameters (x: string); print x",
}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_of_the_list_is_one_that_the_language_service_lets_pass(
    service: KqlService, name: str
) -> None:
    call = f"{name}('x')" if name.startswith(("cursor_a", "cursor_b")) else f"{name}()"
    if name.endswith("member_of"):
        call = f"{name}('x')"
    query = f"SigninLogs | extend x = {call}"
    assert service.analyze(query).diagnostics == ()
    assert remarks(service, query) == [("SG411", call)]


@pytest.mark.parametrize("name", sorted(PLUGINS))
def test_every_plugin_of_the_list_is_one_that_the_language_service_lets_pass(
    service: KqlService, name: str
) -> None:
    is_script = name in {"python", "r"}
    call = f"{name}(typeof(*), 'x')" if is_script else f"{name}('x', 'y')"
    if name.startswith("http"):
        call = f"{name}('https://example.com')"
    query = f"SigninLogs | evaluate {call}" if is_script else f"evaluate {call}"
    assert service.analyze(query).diagnostics == ()
    assert remarks(service, query) == [("SG411", call)]


@pytest.mark.parametrize("kind", sorted(STATEMENTS))
def test_every_statement_of_the_list_is_found(service: KqlService, kind: str) -> None:
    assert "SG411" in codes(service, WRITTEN[kind])


def test_the_words_are_free_for_columns_strings_and_own_functions(service: KqlService) -> None:
    query = (
        "let cursor_after = (x: string) { x }; SigninLogs | extend extent_id = 'extent_tags()'"
        " | where extent_id == cursor_after('python') // sql_request"
    )
    assert codes(service, query) == []
