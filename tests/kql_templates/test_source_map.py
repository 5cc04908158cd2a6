"""Every character of a rendered query is traced back to the characters that made it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.findings import InFile
from generator.kql.rendering import Rendering
from generator.kql_templates import TemplateLibrary
from generator.text.source_text import SourceText
from tests.kql_templates.detections import CONTENT, render, render_with

PIECES = st.sampled_from(
    [
        "plain ",
        "two\nlines\n",
        "  \n  ",
        "ümläut😀 ",
        "{{ n }}",
        "{{- l -}}",
        "{# comment #}",
        "{#- comment -#}",
        "{% if n %}yes {% else %}no {% endif %}",
        "{%- if not n -%}no{%- else -%} yes {%- endif -%}",
        "{% for x in l %}\n<{{ x }}>{% endfor %}",
        "{% raw %}{{ raw }}\n{% endraw %}",
        "{%- raw -%} {% raw {%- endraw -%}",
        "{% set s %}set {{ n }} block{% endset %}",
        "{% set s %}S{% endset %}{{ s }}{{ s|trim }}",
        "{% filter indent(3) %}one\ntwo {{ n }}\n\nthree{% endfilter %}",
        "{% macro m(a) %}macro {{ a }}\n{% endmacro %}{{ m(1) }}{{ m('b') }}",
        "{% macro c() %}[{{ caller() }}]{% endmacro %}{% call c() %} called {{ n }} {% endcall %}",
        "{% block b%d %}block {{ n }}{% endblock %}",
        "{% include 'parts/filters' %}",
        "{{ 'raw text'|raw_kql }}",
    ]
)


def check_every_character(query: str, rendering: Rendering) -> None:
    starts = [segment.start for segment in rendering.segments]
    assert starts == sorted(set(starts))
    assert not rendering.text or starts[0] == 0
    for offset, character in enumerate(rendering.text):
        origin, start, end = rendering.origin_of(offset, offset + 1)
        made_by = (query if origin is None else origin.text)[start:end]
        indentation = character == " " and made_by == ""
        line_end = character == "\n" and made_by == "\r"
        if not (made_by == character or indentation or line_end):
            assert made_by.startswith(("{{", "{%")), (offset, character, made_by)


@given(st.lists(PIECES, max_size=12))
def test_text_maps_to_itself_and_values_to_their_expressions(pieces: list[str]) -> None:
    query = "".join(p.replace("%d", str(i)) for i, p in enumerate(pieces))
    rendering, problems = render_with(query, n=5, l=["a", "b"])
    assert {problem.code for problem in problems} <= {"SG325", "SG312"}
    assert rendering is not None
    check_every_character(query, rendering)


@given(st.lists(PIECES, max_size=8))
def test_the_line_ends_of_a_file_change_no_rendering(pieces: list[str]) -> None:
    query = "".join(p.replace("%d", str(i)) for i, p in enumerate(pieces))
    with_lf, _ = render_with(query, n=5, l=["a", "b"])
    crlf = query.replace("\n", "\r\n")
    with_crlf, _ = render_with(crlf, n=5, l=["a", "b"])
    assert with_lf is not None
    assert with_crlf is not None
    assert with_crlf.text == with_lf.text
    check_every_character(crlf, with_crlf)


def test_includes_imports_loops_and_macros_map_to_their_files() -> None:
    values = {
        "rows": 5,
        "result": "0",
        "countries": ["SE", "NO"],
        "user": "bob",
        "column": {"column": "where"},
    }
    rendering, problems = render(template="sign-ins", values=values)
    assert problems == ()
    assert rendering is not None
    check_every_character("", rendering)
    assert made_by(rendering, "where ResultType") == ("parts/results", "where ResultType")
    assert made_by(rendering, '"0"') == ("parts/results", "{{ result }}")
    assert made_by(rendering, '"bob"') == ("parts/filters", "{{ value }}")
    assert made_by(rendering, '"NO"}') == ("sign-ins", "{{ name -}}")
    assert made_by(rendering, "take") == ("sign-ins", "take")


def made_by(rendering: Rendering, part: str) -> tuple[str, str]:
    part = part.rstrip("}")
    start = rendering.text.rindex(part)
    origin, begin, end = rendering.origin_of(start, start + len(part))
    assert origin is not None
    name = origin.file.removeprefix("detections/_templates/").removesuffix(".kql.j2")
    return name, origin.text[begin:end]


def test_the_last_line_end_of_a_template_file_is_not_part_of_the_query() -> None:
    values = {
        "rows": 5,
        "result": "0",
        "countries": [],
        "user": "bob",
        "column": {"column": "where"},
    }
    rendering, _ = render(template="sign-ins", values=values)
    assert rendering is not None
    assert rendering.text.endswith("| take 5")


def test_a_template_is_read_once_for_all_detections() -> None:
    library = TemplateLibrary(CONTENT)
    first = library.source("sign-ins")
    assert isinstance(first, SourceText)
    assert library.source("sign-ins.kql.j2") is first


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\xe4", b"x" * 2_000_000])
def test_template_that_is_no_utf8_text_is_one_problem(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "detections" / "_templates"
    folder.mkdir(parents=True)
    (folder / "t.kql.j2").write_bytes(content)
    rendering, (problem,) = render(root=tmp_path, template="t")
    assert rendering is None
    assert problem.code == "SG302"


def test_a_byte_order_mark_of_a_template_reaches_no_query_and_moves_no_place(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "detections" / "_templates"
    folder.mkdir(parents=True)
    (folder / "t.kql.j2").write_bytes(b"\xef\xbb\xbfSigninLogs | where {{ absent }}\n")
    rendering, (problem,) = render(root=tmp_path, template="t")
    assert rendering is None
    assert isinstance(problem.place, InFile)
    assert (problem.place.line, problem.place.column) == (1, 23)
    (folder / "t.kql.j2").write_bytes(b"\xef\xbb\xbfSigninLogs\n")
    rendering, problems = render(root=tmp_path, template="t")
    assert rendering is not None
    assert (rendering.text, problems) == ("SigninLogs", ())
