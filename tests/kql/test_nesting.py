"""What the language service could not take is told before it is asked, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.kql.analysis import DiagnosticKind
from generator.kql.nesting import (
    DEEPEST_NESTING,
    LONGEST_CHAIN,
    LONGEST_LIST,
    MOST_STATEMENTS,
    too_deep,
)
from generator.kql.schemas.builtin import builtin_environment
from generator.kql_service.service import KqlService

MANY = 20_000
LINKS = {
    "sums": ("print 1", "+1"),
    "members": ("print dynamic({}).a", ".a"),
    "indices": ("print dynamic([])[0]", "[0]"),
    "conditions": ("print true", " or true"),
    "comparisons": ("print true", " == true and true"),
    "pipes": ("print 1", " | take 1"),
    "pipes inside": ("union (print 1", "| take 1"),
}


@pytest.mark.parametrize("kind", LINKS)
@pytest.mark.parametrize("text", ["", "// , ;\n", "', ; ('\n"])
def test_a_chain_of_any_kind_is_refused_before_it_keeps_the_service_busy(
    kind: str, text: str
) -> None:
    head, link = LINKS[kind]
    assert "operators in a row" in (too_deep(head + (link + text) * MANY) or "")
    (diagnostic,) = KqlService(builtin_environment()).analyze(head + link * 30_000).diagnostics
    assert diagnostic.kind is DiagnosticKind.LIMIT


@pytest.mark.parametrize(
    "query",
    [
        "print " + ", ".join(f"a{n} = {n} + 1" for n in range(LONGEST_LIST)),
        "print dynamic([" + ", ".join('"10.0.0.1"' for _ in range(LONGEST_LIST)) + "])",
        "print " + ", ".join("dynamic([1, 2, 3])" for _ in range(LONGEST_LIST)),
        "print 1" + " | extend a = 1, b = 2" * (LONGEST_CHAIN // 2 - 10),
        "let a = 1 + 1; " * MOST_STATEMENTS + "print a",
        "print '" + ", ; " * MANY + "'",
        "// " + ", ; " * MANY + "\nprint 1",
        "print '" + "+1.a[0] or | " * MANY + "'",
        "// " + "+1.a[0] or | " * MANY + "\nprint 1",
        "print ```" + "+1.a[0](((" * MANY + "```",
        "print " + "(1)+" * (LONGEST_CHAIN // 2 - 1) + "1",
        "print " + "(" * DEEPEST_NESTING + "1" + ")" * DEEPEST_NESTING,
        "print " + " ".join("oror android" for _ in range(MANY)),
        ")" * MANY,
    ],
)
def test_what_stands_side_by_side_or_in_texts_is_no_chain(query: str) -> None:
    assert too_deep(query) is None


@pytest.mark.parametrize("brackets", ["()", "[]", "{}"])
def test_brackets_are_counted_wherever_they_open(brackets: str) -> None:
    query = "print " + brackets[0] * (DEEPEST_NESTING + 1)
    assert too_deep(query) == f"it nests more than {DEEPEST_NESTING} brackets"
    assert too_deep(f"print '{brackets[0] * MANY}'") is None
    assert too_deep(f"// {brackets[0] * MANY}\nprint 1") is None


@pytest.mark.parametrize("brackets", ["()", "{}"])
def test_brackets_side_by_side_are_neither_deep_nor_a_chain(brackets: str) -> None:
    assert too_deep("print " + f"f{brackets} " * MANY) is None


def test_the_documentation_states_both_limits() -> None:
    page = (Path(__file__).parents[2] / "docs" / "kql.md").read_text("utf-8")
    assert f"more than {DEEPEST_NESTING} brackets" in page
    assert f"more than {LONGEST_CHAIN:,} operators" in page


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("let a = 1; " * (MOST_STATEMENTS + 1) + "print 1", "statements"),
        ("let f = () {" + "let a = 1; " * (MOST_STATEMENTS + 1) + "a}; print 1", "statements"),
        ("print " + "1, " * (LONGEST_LIST + 1) + "1", "a list"),
        ("print dynamic([" + "1, " * (LONGEST_LIST + 1) + "1])", "a list"),
        ("datatable(a:int)[" + "1, " * (LONGEST_LIST + 1) + "1]", "a list"),
        ("T | where a in (" + "'b', " * (LONGEST_LIST + 1) + "'c')", "a list"),
    ],
)
def test_what_is_too_long_side_by_side_is_refused_too(query: str, why: str) -> None:
    assert why in (too_deep(query) or "")
    (diagnostic,) = KqlService(builtin_environment()).analyze(query).diagnostics
    assert diagnostic.kind is DiagnosticKind.LIMIT
