"""What looks at trees does so once for each binding, and never at what does not parse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.disk.private_cache import PrivateCache
from generator.kql.schemas.builtin import builtin_environment
from generator.kql_service.cache import AnswerCache
from generator.kql_service.inspection import BoundQuery, Inspection
from generator.kql_service.service import LONGEST_QUERY, KqlService


def tables_of(query: BoundQuery) -> list[Any]:
    return [
        [node.start, node.end]
        for node in query.tree.walk()
        if node.symbol is not None and node.symbol.kind == "Table" and node.kind == "NameReference"
    ]


TABLES = Inspection("first", tables_of)


def test_remarks_come_with_the_analysis_in_the_order_of_the_queries(service: KqlService) -> None:
    (one, first), (two, second) = service.examine_many(
        ["SigninLogs | take 1", "print x = '' | join AuditLogs on $left.x == $right.Id"], TABLES
    )
    assert one.columns is not None
    assert two.diagnostics == ()
    assert first == [[0, 10]]
    assert second == [[20, 29]]


@pytest.mark.parametrize(
    "query",
    ["SigninLogs | where (", "SigninLogs | wherre x", "SigninLogs // " + "x" * LONGEST_QUERY],
)
def test_what_does_not_parse_is_not_inspected_but_said(service: KqlService, query: str) -> None:
    ((analysis, remarks),) = service.examine_many([query], TABLES)
    assert remarks == []
    assert {item.severity for item in analysis.diagnostics} == {"Error"}


def test_unknown_names_do_not_keep_a_query_from_being_inspected(service: KqlService) -> None:
    ((analysis, remarks),) = service.examine_many(["SigninLogs | where Nothing == 1"], TABLES)
    assert analysis.diagnostics
    assert remarks == [[0, 10]]


def test_a_table_that_the_binder_takes_for_a_column_is_declared_for_the_inspection(
    service: KqlService,
) -> None:
    query = "SigninLogs | where UserId in (Unheard_CL)"
    ((analysis, remarks),) = service.examine_many([query], TABLES)
    assert [item.name for item in analysis.diagnostics] == ["Unheard_CL"]
    assert remarks == [[0, 10], [30, 40]]


def test_remarks_are_kept_for_one_inspection_and_not_given_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = KqlService(builtin_environment(), AnswerCache(PrivateCache(tmp_path, b"key")))
    looked_at = []

    def looking(*arguments: Any) -> list[Any]:
        looked_at.append(arguments[1])
        return ["seen"]

    query = "SigninLogs | take 2"
    monkeypatch.setattr("generator.kql_service.answers.inspect_answer", looking)
    ((fresh, _),) = cached.examine_many([query], TABLES)
    assert cached.examine_many([query], TABLES) == [(fresh, ["seen"])]
    assert looked_at == [query]
    cached.examine_many([query], Inspection("second", tables_of))
    assert looked_at == [query, query]
