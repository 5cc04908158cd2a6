from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.kql.schemas.function_text import FunctionTextError, parse_function


def test_a_body_alone_has_no_parameters() -> None:
    found = parse_function("SigninLogs | take 5 // five")
    assert (found.parameters, found.body) == ("()", "{SigninLogs | take 5 // five\n}")


def test_parameters_and_body_are_told_apart() -> None:
    text = '// ours\n(a:string = ")", b:int=5) // two\n{ T | where X == "}" }\n;\n'
    found = parse_function(text)
    assert found.parameters == '(a:string = ")", b:int=5)'
    assert found.body == '{ T | where X == "}" }'


def test_a_query_in_parentheses_is_a_body() -> None:
    assert parse_function("(T | take 1) | take 1").parameters == "()"


@pytest.mark.parametrize(
    "text", ["", "  \n", "// nothing\n", "(a:string", "(a:string) { T", "() {T} x"]
)
def test_what_is_no_function_is_refused(text: str) -> None:
    with pytest.raises(FunctionTextError):
        parse_function(text)


@given(st.text(alphabet="(){}\"'`~@/ \n\\ab", max_size=60))
def test_any_text_is_split_or_refused(text: str) -> None:
    try:
        found = parse_function(text)
    except FunctionTextError:
        return
    assert found.parameters.startswith("(")
    assert found.parameters.endswith(")")
    assert found.body.startswith("{")
    assert found.body.endswith("}")
    assert text[found.parameters_at :].startswith(found.parameters) or found.body_at == -1
    inner = found.body[1:].removesuffix("\n}")
    assert text[found.body_at + 1 :].startswith(inner)
