"""What binds and the engine refuses is found with its place; what runs is never refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from generator.kql.environment import Environment, TableSchema
from generator.kql_evaluator.refusals.all import refusals
from generator.kql_service.service import KqlService
from tests.shared import EMULATOR_RESULTS, REFERENCE_EXAMPLES, needs_shared

COLUMNS = (
    ("TimeGenerated", "datetime"),
    ("Text", "string"),
    ("Number", "long"),
    ("Real", "real"),
    ("Bag", "dynamic"),
    ("Flag", "bool"),
)
SERVICE = KqlService(Environment({"T": TableSchema("T", COLUMNS)}))


def refused(query: str) -> list[str]:
    """The parts of the query that are refused."""
    return [query[item.start : item.end] for item in refusals(SERVICE.syntax_tree(query))]


def answered() -> list[dict[str, Any]]:
    return [
        example
        for path in (EMULATOR_RESULTS, REFERENCE_EXAMPLES)
        for example in json.loads(path.read_text(encoding="utf-8"))
    ]


@needs_shared(EMULATOR_RESULTS, REFERENCE_EXAMPLES)
def test_nothing_that_the_emulator_or_the_reference_answers_is_refused() -> None:
    examples = answered()
    assert len(examples) > 400
    assert {item["id"]: refused(item["query"]) for item in examples if refused(item["query"])} == {}


@pytest.mark.parametrize(
    ("before", "operator"),
    [
        (before, operator)
        for operator in (
            "extend x = prev(Number)",
            "where row_number() > 1",
            "project x = 1 + row_cumsum(Number)",
            "extend x = row_window_session(TimeGenerated, 1h, 5m)",
            "extend x = iff(Flag, next(Number), row_rank_dense(Number))",
        )
        for before in (
            "T",
            "T | where Flag",
            "(T | take 5)",
            "union T, (T | where Flag)",
            "T | sort by Number | join kind=inner T on Number",
            "T | sort by Number | summarize by TimeGenerated, Number, Flag",
            "T | top 5 by Number | distinct TimeGenerated, Number, Flag",
            "let S = T | where Flag; S",
        )
    ],
)
def test_window_functions_need_an_order(before: str, operator: str) -> None:
    assert refused(f"{before} | {operator}")


_BY_INVOKE = (
    "let f = (Rows:(Number:long), Other:(Number:long))"
    " { Rows | where prev(Number) == 1 | join Other on Number };"
)


@pytest.mark.parametrize(
    "query",
    [
        f"{_BY_INVOKE} T | invoke f((T | sort by Number))",
        "let f = (R:(*)) { R | count }; T | serialize | invoke f() | where prev(Count) == 1",
        "T | fork (where prev(Number) == 1) (sort by Number | where prev(Number) == 2)",
        "T | facet by Text with (where prev(Number) == 1)",
        "T | partition by Text (where Flag | where prev(Number) == 1)",
        "T | summarize countif(prev(Number) == 1)",
        "T | top 5 by prev(Number) == 1",
        "T | distinct a = prev(Number) == 1",
    ],
)
def test_rows_reach_window_functions_by_every_way(query: str) -> None:
    assert refused(query) == ["prev(Count)" if "Count" in query else "prev(Number)"]


@pytest.mark.parametrize(
    "query",
    [
        "T | sort by Number | extend x = prev(Number)",
        "T | order by Number asc | where Flag | project-away Text | extend x = prev(Number)",
        "T | top 5 by Number | parse Text with a '@' b | extend x = row_number()",
        "T | serialize x = row_number()",
        "T | serialize | extend x = row_number()",
        "T | getschema | extend x = row_number()",
        "range n from 1 to 3 step 1 | extend x = prev(n)",
        "let S = T | sort by Number; S | extend x = prev(Number)",
        "let f = (t:(Number:long)) { t | extend x = prev(Number) }; f((T | sort by Number))",
        "let f = () { T | sort by Number }; f() | extend x = prev(Number)",
        "T | partition by Text (sort by Number | extend x = prev(Number))",
        "T | mv-apply Bag on (extend x = row_number())",
        "T | distinct Number | join (T | sort by Number | extend x = prev(Text)) on Number",
        "datatable(a:long)[1] | extend x = prev(a)",
        "SavedElsewhere | extend x = prev(Number)",
        "union SavedElsewhere, T | extend x = prev(Number)",
        f"{_BY_INVOKE} T | sort by Number | invoke f(T)",
        f"{_BY_INVOKE} T | sort by Number | invoke f(Other = T)",
        "T | sort by Number | fork (extend x = prev(Number)) (count)",
        "T | fork (sort by Number | extend x = prev(Number)) (count)",
        "T | sort by Number | facet by Text with (extend x = row_number())",
        "T | sort by Number | partition by Text (extend x = prev(Number))",
        "T | sort by Number | summarize countif(prev(Text) == Text)",
    ],
)
def test_rows_that_have_an_order_or_may_have_one_are_left_alone(query: str) -> None:
    assert refused(query) == []


def test_a_function_is_judged_by_each_of_its_calls() -> None:
    query = (
        "let f = (t:(Number:long)) { t | extend x = prev(Number) };"
        " union (f((T | sort by Number))), (f(T))"
    )
    assert refused(query) == ["prev(Number)"]


def test_a_function_that_is_never_called_is_not_judged() -> None:
    assert refused('let f = (a:string) { a matches regex "(" }; T') == []


def test_a_pattern_is_found_through_let_and_argument_at_the_place_of_its_use() -> None:
    query = (
        'let p = "(?=a)"; let f = (a:string, b:string) { a matches regex b }; T | where f(Text, p)'
    )
    assert refused(query) == ["b"]
    assert refused('let p = strcat("(", "a"); T | where Text matches regex p') == ["p"]
    assert refused("T | where Text matches regex Text") == []


@pytest.mark.parametrize(
    "text",
    [
        "datetime(2025-12-31)",
        "datetime(2025-12-31 23:59)",
        "datetime(12/31/2025)",
        "datetime(2025.12.31)",
        "datetime(Sat, 8 Nov 14 15:05:02 GMT)",
        "datetime(2025)",
        "datetime(null)",
        "datetime()",
        "timespan(2)",
        "timespan(1.12:00:00)",
        "time(15 seconds)",
        "2.5h",
        "guid({74be27de-1e4e-49d9-b579-fe0b331d3642})",
        "-9223372036854775808",
        "0xFFFFFFFFFFFFFFFF",
        "int(-2147483648)",
        "real(+inf)",
        "real(1e-3)",
        "decimal(1.5)",
        "bool(1)",
        "dynamic([99999999999999999999])",
    ],
)
def test_a_notation_that_the_engine_may_read_is_left_alone(text: str) -> None:
    assert refused(f"print x = {text}") == []


@pytest.mark.parametrize(
    "text",
    [
        "datetime(31.12.2025)",
        "datetime(31/12/2025)",
        "datetime(2025-13-01)",
        "datetime(2025-02-30)",
        "datetime(2025-01-01 25:00)",
        "datetime(yesterday)",
        "timespan(2 fortnights)",
        "time(abc)",
        "guid(ana)",
        "guid(74be27de-1e4e-49d9-b579)",
        "99999999999999999999",
        "9223372036854775808",
        "long(9223372036854775808)",
        "int(2147483648)",
        "long(ten)",
        "real(abc)",
        "decimal(x)",
        "bool(maybe)",
    ],
)
def test_a_text_that_is_no_value_of_its_type_is_refused(text: str) -> None:
    assert refused(f"print x = {text}") == [text]


@pytest.mark.parametrize("values", ["1, 0.5", "Number, Real", "Bag, Text", 'Bag, "x"', "int(1), 2"])
def test_results_that_have_a_common_type_are_left_alone(values: str) -> None:
    assert refused(f"T | extend x = iff(Flag, {values})") == []


@pytest.mark.parametrize("values", ['1, "a"', "Text, TimeGenerated", "true, 0", "Number, 1h"])
def test_results_without_a_common_type_are_refused(values: str) -> None:
    assert refused(f"T | extend x = iff(Flag, {values})") == [f"iff(Flag, {values})"]
    assert refused(f"T | extend x = case(Flag, {values})") == [f"case(Flag, {values})"]


def test_an_argument_that_is_no_constant_is_never_refused() -> None:
    query = (
        "let p = toscalar(T | count); let f = (n:long) { T | take n };"
        " T | summarize percentile(Number, p) | take 5"
    )
    assert refused(query) == []
    assert refused("let f = (n:long) { T | take n }; f(5)") == []
    assert refused("let f = (n:long = -1) { T | take n }; f()") == ["n"]


@pytest.mark.parametrize(
    "call",
    [
        'replace_strings(Text, dynamic(["a", "b"]), dynamic(["c"]))',
        'parse_command_line(Text, "linux")',
    ],
)
def test_constants_are_judged_beside_arguments_that_vary(call: str) -> None:
    assert refused(f"T | extend x = {call}") == [call]


def test_two_arrays_of_one_length_and_arrays_of_rows_are_left_alone() -> None:
    taken = 'T | extend x = replace_strings(Text, dynamic(["a", "b"]), {})'
    assert refused(taken.format('dynamic(["c", "d"])')) == []
    assert refused(taken.format("Bag")) == []


def test_a_default_is_judged_where_a_call_uses_it() -> None:
    function = "let f = (d:datetime = datetime(2025-02-30)) { T | where TimeGenerated > d };"
    assert refused(f"{function} f()") == ["datetime(2025-02-30)"]
    assert refused(f"{function} f(now())") == []
    assert refused(f"{function} f(d = now())") == []
    assert refused(f"{function} T") == []
    assert refused(f"{function} let g = () {{ f() | count }}; g()") == ["f()"]


def test_the_arguments_of_invoke_begin_with_the_table_before_it() -> None:
    function = "let f = (Rows:(Text:string), n:long, p:string) { Rows | where Text matches regex p"
    assert refused(f'{function} | take n }}; T | invoke f(5, "a")') == []
    assert refused(f'{function} | take n }}; T | invoke f(5, "(")') == ["p"]
    assert refused(f'{function} | take n }}; T | invoke f(p="a", n=-5)') == ["n"]


def test_of_a_text_that_is_no_query_only_that_is_said() -> None:
    assert refused("let p = guid(ana);") == ["let p = guid(ana)"]


@pytest.mark.parametrize("digits", [21, 4_301, 50_000])
def test_a_number_of_any_length_is_refused_and_not_an_internal_error(digits: int) -> None:
    number = "9" * digits
    assert refused(f"print x = {number}") == [number]
    assert refused(f"print x = {'0' * (digits - 1)}7") == []
