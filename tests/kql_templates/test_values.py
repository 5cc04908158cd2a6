"""Values and parameters: every type, what is refused, and where the problem stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from generator.findings import InDocument
from generator.kql.literals import Dynamic, Identifier
from generator.kql_templates.scalar_text import parse_datetime, parse_timespan
from generator.kql_templates.typed_values import parameter_value, untyped_value
from tests.kql_templates.detections import render, rendered


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("text", "text"),
        (5, 5),
        (1.5, 1.5),
        (True, True),
        (["a"], ["a"]),
        ([], []),
        ({"timespan": "1h30m"}, timedelta(minutes=90)),
        ({"datetime": "2026-01-31"}, datetime(2026, 1, 31, tzinfo=UTC)),
        ({"dynamic": {"a": [None]}}, {"a": [None]}),
        ({"dynamic": "text"}, Dynamic("text")),
        ({"dynamic": None}, Dynamic(None)),
        ({"column": "where"}, Identifier("column", "where")),
        ([{"table": "A"}, {"table": "B"}], [Identifier("table", "A"), Identifier("table", "B")]),
    ],
)
def test_values_take_their_type_from_yaml(written: object, value: object) -> None:
    assert untyped_value(written) == value
    assert type(untyped_value(written)) is type(value)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (["SE", False], "quote"),
        ([True], "quote"),
        ({"timespam": "1h"}, "did you mean 'timespan'"),
        ({"a": 1, "b": 2}, "names a type"),
        ({}, "names a type"),
        ({"timespan": 5400}, "quote one with colons"),
        ({"timespan": "1w"}, "not a timespan"),
        ({"datetime": "31.01.2026"}, "not a datetime"),
        ({"column": ""}, "empty"),
        ({"table": True}, "not the name of a table"),
        ({"dynamic": {"a": float("nan")}}, "not finite"),
        (float("inf"), "not a finite number"),
        (2**63, "64 bits"),
        ([None], "null"),
    ],
)
def test_values_that_cannot_be_used_say_what_to_write(written: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        untyped_value(written)


@pytest.mark.parametrize(
    ("type_", "written", "value"),
    [
        ("string", "NO", "NO"),
        ("int", -5, -5),
        ("real", 5, 5.0),
        ("bool", False, False),
        ("datetime", "2026-01-31T08:00:00+02:00", datetime(2026, 1, 31, 6, tzinfo=UTC)),
        ("timespan", "PT1H", timedelta(hours=1)),
        ("list of string", [], []),
        ("list of int", [1], [1]),
        ("dynamic", [1, "a", None], [1, "a", None]),
        ("dynamic", "text", Dynamic("text")),
    ],
)
def test_parameters_have_their_declared_type(type_: str, written: object, value: object) -> None:
    assert parameter_value(type_, written) == value
    assert type(parameter_value(type_, written)) is type(value)


@pytest.mark.parametrize(
    ("type_", "written", "says"),
    [
        ("string", False, "quote"),
        ("string", 50126, "quote"),
        ("int", "5", "whole number"),
        ("int", True, "whole number"),
        ("int", 5.0, "whole number"),
        ("int", 2**63, "64 bits"),
        ("real", "1.5", "number"),
        ("real", 10**400, "too large"),
        ("bool", "true", "true or false"),
        ("bool", 1, "true or false"),
        ("datetime", "2026-02-30", "calendar"),
        ("datetime", 20260131, "datetime"),
        ("timespan", 60, "timespan"),
        ("timespan", "30m1h", "order"),
        ("list of string", "a", "list of text"),
        ("list of string", ["SE", False], "quote"),
        ("list of string", ["a", 5], "quote"),
        ("list of int", [True], "whole number"),
        ("list of int", 5, "list"),
        ("dynamic", {1: "a"}, "not text"),
    ],
)
def test_parameters_of_another_type_are_refused(type_: str, written: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parameter_value(type_, written)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("1d12h", timedelta(hours=36)),
        ("1.5h", timedelta(minutes=90)),
        ("250ms", timedelta(milliseconds=250)),
        ("-1h", timedelta(hours=-1)),
        ("1.02:03:04", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("00:05", timedelta(minutes=5)),
        ("P7D", timedelta(days=7)),
        ("0s", timedelta(0)),
        ("1D", timedelta(days=1)),
    ],
)
def test_timespans_are_read_as_people_write_them(text: str, length: timedelta) -> None:
    assert parse_timespan(text) == length


@pytest.mark.parametrize(
    "text",
    ["", "1", "h", "1w", "1 h", "1h-5m", "25:00:00", "P", "PT", "999999999999d", "1e3s", "１h"],
)
def test_what_is_no_timespan_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"timespan|longer|hours"):
        parse_timespan(text)


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-01", "2026-13-01", "2026-01-31T25:00", "0001-01-01T00:00:00+02:00",
     "2026-01-31T00:00:00.1234567Z"],
)  # fmt: skip
def test_what_is_no_datetime_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"datetime|calendar|microsecond"):
        parse_datetime(text)


def test_empty_list_parameter_still_gives_valid_kql() -> None:
    assert rendered("T | where a in~ ({{ l }})", l=[]) == "T | where a in~ (dynamic([]))"
    assert rendered("T | where a in~ ({{ l }})", l=["x"]) == 'T | where a in~ (dynamic(["x"]))'


def test_a_tenants_value_wins_over_the_default() -> None:
    parameters = {"n": {"type": "int", "default": 5}}
    rendering, problems = render(query="{{ n }}", parameters=parameters, tenant={"n": 7})
    assert (rendering and rendering.text, problems) == ("7", ())


def test_a_tenants_parameters_for_other_detections_are_left_alone() -> None:
    rendering, problems = render(query="T", parameters={}, tenant={"other": object()})
    assert (rendering and rendering.text, problems) == ("T", ())


@pytest.mark.parametrize(
    ("document", "code", "path", "part"),
    [
        ({"parameters": {"n": {"type": "int"}}}, "SG322", ("parameters", "n"), "key"),
        (
            {"parameters": {"n": {"type": "int", "default": "5"}}},
            "SG321",
            ("parameters", "n", "default"),
            "value",
        ),
        (
            {"parameters": {"n": {"type": "int", "default": 1}}, "values": {"n": 5}},
            "SG323",
            ("parameters", "n"),
            "key",
        ),
        ({"parameters": {"loop": {"type": "int"}}}, "SG324", ("parameters", "loop"), "key"),
        ({"parameters": {}, "values": {"n": ["a", True]}}, "SG320", ("values", "n", 1), "value"),
    ],
)
def test_problems_stand_at_the_value(
    document: dict[str, object], code: str, path: tuple[str, ...], part: str
) -> None:
    rendering, problems = render(query="{{ n }}", **document)
    assert rendering is None
    assert [(p.code, p.place) for p in problems if p.code != "SG325"] == [
        (code, InDocument(path, part))  # type: ignore[arg-type]
    ]


def test_a_tenants_value_of_another_type_is_a_problem_of_the_parameter() -> None:
    parameters = {"n": {"type": "int", "default": 5}}
    rendering, (problem,) = render(query="{{ n }}", parameters=parameters, tenant={"n": "7"})
    assert rendering is None
    assert (problem.code, problem.place) == ("SG321", InDocument(("parameters", "n"), "key"))


def test_null_means_absent() -> None:
    parameters = {"n": {"type": "int", "default": None}}
    rendering, (problem,) = render(query="{{ n }}", parameters=parameters)
    assert rendering is None
    assert problem.code == "SG322"


def test_unused_values_are_named_but_do_not_keep_the_query_from_being_rendered() -> None:
    rendering, (problem,) = render(query="T", parameters={"n": {"type": "int", "default": 1}})
    assert rendering is not None
    assert (problem.code, problem.place) == ("SG325", InDocument(("parameters", "n"), "key"))
