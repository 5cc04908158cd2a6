"""Strings, comments and raw literals are found as Kusto.Language's lexer finds them."""

from __future__ import annotations

import pytest

from generator.kql.lexical import regions


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
