"""What a caller of the evaluator relies on besides rows: places of errors, traces, late columns."""

from __future__ import annotations

import pytest

from generator.kql_evaluator.errors import EvaluationError, UnsupportedConstruct
from generator.kql_evaluator.runtime import Step
from generator.kql_evaluator.table import Column, Table
from generator.kql_evaluator.values import Datetime
from tests.kql_evaluator.running import NOW, TABLES, compiled, run

VIPS = {"Vips": Table((Column("SearchKey", "string"), Column("Level", "long")), (("ana", 3),))}


@pytest.mark.parametrize(
    ("query", "construct", "text"),
    [
        ('search "x"', "search", 'search "x"'),
        ("Events | reduce by Account", "reduce", "reduce by Account"),
        (
            "Events | where Account == 'x' | evaluate nope(Account)",
            "evaluate nope",
            "nope(Account)",
        ),
        ("print nope(1)", "nope()", "nope(1)"),
        ("let f = () { nope(2) }; print f()", "nope()", "nope(2)"),
        ("Events | join kind=inner Events on $left.Code > $right.Code", "join condition", None),
    ],
)
def test_unsupported_constructs_are_named_at_their_place_on_compiling(
    query: str, construct: str, text: str | None
) -> None:
    with pytest.raises(UnsupportedConstruct) as caught:
        compiled(query)
    assert caught.value.construct == construct
    if text is not None:
        assert query[caught.value.place.start : caught.value.place.end] == text


def test_an_invalid_regular_expression_is_refused_on_compiling() -> None:
    query = 'print "a" matches regex @"(?=a)"'
    with pytest.raises(EvaluationError, match="RE2") as caught:
        compiled(query)
    assert query[caught.value.start : caught.value.end] == '@"(?=a)"'


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(EvaluationError, match="Nope"):
        compiled("Events | where Nope == 1")


def test_a_query_without_a_result_is_refused() -> None:
    with pytest.raises(EvaluationError, match="no result"):
        compiled("let x = 1;")


def test_a_trace_counts_the_rows_of_tables_and_operators_in_order_of_the_text() -> None:
    query = "Events | where Code > 0 | join kind=inner (Events | take 1) on Account | count"
    steps = run(query, trace=True).steps
    assert [(step.operator, step.rows) for step in steps] == [
        ("Events", 3),
        ("where", 2),
        ("join", 1),
        ("Events", 3),
        ("take", 1),
        ("count", 1),
    ]
    assert query[steps[1].start : steps[1].end] == "where Code > 0"


def test_a_trace_of_a_function_points_into_its_body() -> None:
    query = "let f = () { Events | where Code == 1 }; f() | count"
    _, first, second = run(query, trace=True).steps
    assert query[first.start : first.end] == "where Code == 1"
    assert second == Step("count", query.index("count"), len(query), 1)


def test_a_trace_is_made_only_when_asked_for() -> None:
    assert run("Events | count").steps == ()


def test_a_query_runs_again_on_other_rows() -> None:
    query = compiled(
        "let n = toscalar(Events | count); Events | summarize c = count() | extend n = n"
    )
    assert query.run(TABLES, NOW).table.rows == ((3, 3),)
    assert query.run({}, NOW).table.rows == ((0, 0),)


def test_a_table_that_is_not_given_is_empty() -> None:
    assert compiled("Events | count").run({}, NOW).table.rows == ((0,),)


def test_given_rows_are_matched_by_column_name() -> None:
    events = Table((Column("Code", "long"), Column("Account", "string")), ((7, "eve"),))
    result = compiled("Events | project Account, Code, Detail").run({"Events": events}, NOW)
    assert result.table.rows == (("eve", 7, None),)


def test_a_watchlist_gives_its_items_whatever_the_case_of_its_alias() -> None:
    query = '_GetWatchlist("VIPS") | where Level > 2 | project SearchKey, Next = Level + 1'
    table = run(query, watchlists=VIPS).table
    assert table.rows == (("ana", 4),)
    assert [column.type for column in table.columns] == ["string", "long"]


def test_a_watchlist_that_is_not_given_fails_the_run() -> None:
    with pytest.raises(EvaluationError, match="Vips is not given"):
        run('_GetWatchlist("Vips")')


def test_columns_known_only_from_rows_survive_joins_and_unions() -> None:
    query = (
        '_GetWatchlist("Vips") | join kind=inner (Events | project SearchKey = Account, Code) '
        'on SearchKey | union (_GetWatchlist("Vips")) | project Level, Code | sort by Code'
    )
    assert run(query, watchlists=VIPS).table.rows == ((3, 1), (3, None), (3, None))


def test_a_column_that_an_open_table_lacks_is_missing() -> None:
    query = '_GetWatchlist("Vips") | project SearchKey, Other'
    assert run(query, watchlists=VIPS).table.rows == (("ana", None),)


def test_external_data_comes_from_the_caller_only() -> None:
    query = compiled('externaldata(ip:string, n:long)["https://example.com/x.csv"] | where n > 1')
    rows = Table((Column("ip", "string"), Column("n", "long")), (("a", 1), ("b", 2)))
    given = {"https://example.com/x.csv": rows}
    assert query.run({}, NOW, external_data=given).table.rows == (("b", 2),)
    with pytest.raises(EvaluationError, match="is not given"):
        query.run({}, NOW)


def test_ingestion_time_is_the_time_of_the_event() -> None:
    events = Table((Column("TimeGenerated", "datetime"),), ((Datetime(5),), (None,)))
    result = compiled("Events | project t = ingestion_time()").run({"Events": events}, NOW)
    assert result.table.rows == ((Datetime(5),), (None,))


def test_column_ifexists_falls_back_to_its_default() -> None:
    query = 'Events | project column_ifexists("Code", 0), column_ifexists("Nope", "-") | take 1'
    assert run(query).table.rows == ((1, "-"),)


def test_deep_nesting_is_an_error_and_not_a_crash() -> None:
    query = "print " + "(" * 150 + "1" + ")" * 150
    assert run(query).table.rows == ((1,),)


def test_hundreds_of_conditions_are_no_deep_nesting() -> None:
    query = "Events | where " + " or ".join(f"Code == {n}" for n in range(2, 300))
    assert len(run(query).table.rows) == 1


def test_every_row_has_a_value_of_its_columns_type() -> None:
    table = run("Events | extend half = iff(Code > 1, 1, 0.5), c = coalesce(Code, 0)").table
    half = [column.name for column in table.columns].index("half")
    assert [type(row[half]) for row in table.rows] == [float, float, float]
