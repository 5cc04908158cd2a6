"""Patterns are refused where the engine refuses them, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest
import re2
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.kql_evaluator.errors import UnsupportedArgumentError
from generator.kql_evaluator.patterns import InvalidPatternError, compile_pattern
from generator.kql_evaluator.regex_syntax import may_be_valid

PATTERNS = yaml.safe_load((Path(__file__).parent / "patterns.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("pattern", PATTERNS["taken"])
def test_what_re2_takes_is_taken(pattern: str) -> None:
    assert compile_pattern(pattern) is not None


@pytest.mark.parametrize("pattern", PATTERNS["taken_and_not_by_re2"])
def test_what_only_the_reference_has_is_no_mistake(pattern: str) -> None:
    with pytest.raises(UnsupportedArgumentError):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", PATTERNS["refused"])
def test_what_neither_has_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidPatternError, match="not a regular expression"):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", ["x(?=y)", "x(?!y)", "(?<=x)y", "(?<!x)y"])
def test_looking_around_is_called_by_its_name(pattern: str) -> None:
    with pytest.raises(InvalidPatternError, match="no look-ahead and no look-behind"):
        compile_pattern(pattern)


ATOMS = ["a", "[b-d]", "[^x]", r"\d", r"\.", "(?:e)", "(f)", "(?P<g>h)", ".", r"\p{L}", r"\x41"]


@given(st.lists(st.tuples(st.sampled_from(ATOMS), st.sampled_from(["", "*", "+?", "{2,3}"]))))
def test_everything_built_of_documented_parts_may_be_valid(parts: list[tuple[str, str]]) -> None:
    assert may_be_valid("|".join(atom + repeated for atom, repeated in parts))


@pytest.mark.parametrize("pattern", ["[a-z&&[^aeiou]]", r"\<a\>", r"\b{start}a", "[a[b]]", "x{,3}"])
def test_what_re2_takes_for_something_else_is_not_matched_at_all(pattern: str) -> None:
    assert re2.compile(pattern) is not None
    with pytest.raises(UnsupportedArgumentError, match="RE2 reads"):
        compile_pattern(pattern)


@given(st.text(alphabet="ab()[]{}*+?|^$.\\1d,-:<>=!P ", max_size=12))
def test_any_text_is_judged_without_another_error(pattern: str) -> None:
    try:
        compile_pattern(pattern)
    except InvalidPatternError:
        with pytest.raises(re2.error):
            re2.compile(pattern)
    except UnsupportedArgumentError:
        assert may_be_valid(pattern)
