"""Strings, comments and raw literals are found as Kusto.Language's lexer finds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.kql.lexical import code_alone, has_code, regions


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('print "a"', ['"a"']),
        (r'print "a\"b" + 1', [r'"a\"b"']),
        (r"print 'a\\' , 'b'", [r"'a\\'", "'b'"]),
        ('print @"a\\" , "b"', ['@"a\\"', '"b"']),
        ('print @"a""b"', ['@"a""b"']),
        ("print h'x', H@\"x\"", ["h'x'", 'H@"x"']),
        ('print "a""b"', ['"a"', '"b"']),
        ('print ```a\n"b\n```, 1', ['```a\n"b\n```']),
        ("print ~~~a~~~", ["~~~a~~~"]),
        ('T // "a\n| take 1', ['// "a']),
        ('print "a // b"', ['"a // b"']),
        ('print "a\n| take 1', ['"a']),
        ("print 1 / 2", []),
        ('print datetime("a) | "b"', ['datetime("a)', '"b"']),
        ("print long(5), todatetime(x), datetime (x)", ["long(5)"]),
        ("print mydatetime(x), x_long(5)", []),
        ('print dynamic({"a": [1]})', ['"a"']),
        ("#connect x\nprint 1", ["#connect x"]),
        ("", []),
    ],
)
def test_regions(query: str, found: list[str]) -> None:
    assert [query[token.start : token.end] for token in regions(query)] == found


PARTS = st.one_of(
    st.sampled_from(["T", " | ", "where", "*", "search", "\n", "\r\n", "1 / 2", "@", "h"]),
    st.text("ab/*\\", max_size=5).map(lambda text: '"' + text.replace("\\", "\\\\") + '"'),
    st.text('ab/*"\\', max_size=5).map(lambda text: "@'" + text + "'"),
    st.text("ab'\"/* ", max_size=8).map(lambda text: "//" + text + "\n"),
    st.text("ab'\"/*\n ", max_size=8).map(lambda text: "```" + text + "```"),
)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('T | where a == "search *"', "T | where a ==           "),
        (r"T | where a == 'it\'s *' * 2", r"T | where a ==           * 2"),
        ('T | where p == @"c:\\" and q', "T | where p ==        and q"),
        ('T | where p == @"say ""hi""" * 2', "T | where p ==" + 15 * " " + "* 2"),
        ("T // union *\n| take 1", "T           \n| take 1"),
        ("print ```a\n// b``` * 2", "print" + 14 * " " + "* 2"),
        ('T | where a == "//" and b', "T | where a ==      and b"),
        ('T | where a == "open\n| take 1', "T | where a ==      \n| take 1"),
    ],
)
def test_strings_and_comments_are_blanked_out(query: str, code: str) -> None:
    assert code_alone(query) == code


@given(st.lists(PARTS, max_size=12).map("".join))
def test_offsets_stay_as_they_are(query: str) -> None:
    code = code_alone(query)
    assert len(code) == len(query)
    assert all(now in (was, " ") for was, now in zip(query, code, strict=True))


@given(st.text(max_size=200))
def test_any_text_keeps_its_length(query: str) -> None:
    assert len(code_alone(query)) == len(query)


@pytest.mark.parametrize("query", ["", "  \n\t", "// a", " // a\r\n//b\n ", "//\n" * 5000])
def test_blanks_and_comments_are_no_code(query: str) -> None:
    assert not has_code(query)


@pytest.mark.parametrize("query", ["T", "// a\nT", '""', "/", "1 // a"])
def test_anything_else_is_code(query: str) -> None:
    assert has_code(query)


def test_long_hostile_queries_are_read_in_linear_time() -> None:
    for query in ('"' * 200_001, "@'" * 100_000, "`" * 200_000, "/" * 200_001, '"\\' * 100_000):
        assert len(code_alone(query)) == len(query)
