"""Globs say what the same regular expression says, and end where that would not."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from generator.text.globs import of_slugs, starred


def pattern_of(glob: str) -> re.Pattern[str]:
    """An oracle: the glob as a regular expression."""
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.findall(r"\*\*/|\*\*|.", glob, re.DOTALL)
    return re.compile("".join(words.get(part) or re.escape(part) for part in parts), re.DOTALL)


@given(st.text("ab/*?", max_size=8), st.text("ab/", max_size=8))
def test_a_glob_on_slugs_matches_what_its_regular_expression_matches(glob: str, slug: str) -> None:
    assert of_slugs(glob).matches(slug) is (pattern_of(glob).fullmatch(slug) is not None)


@given(st.text("ab*?", max_size=8), st.text("ab?", max_size=8))
def test_a_star_alone_is_wild_in_names(pattern: str, name: str) -> None:
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    assert starred(pattern).matches(name) is (re.fullmatch(expression, name) is not None)


def test_many_stars_end() -> None:
    assert not starred("a*" * 200 + "b").matches("a" * 400)
    assert not of_slugs("a*" * 200 + "b").matches("a" * 400)
    assert not of_slugs("**/" * 200 + "b").matches("a/" * 400)
    assert not of_slugs("**" * 200 + "b").matches("a" * 400)
