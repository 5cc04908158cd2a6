"""Rendering a detection's query: what becomes a literal, what passes, what is refused."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.findings import InDocument, InFile
from generator.kql.lexical import Region, regions
from tests.kql.literal_reader import read_string
from tests.kql_templates.detections import CONTENT, only_problem, render, render_with, rendered

HOSTILE_TEXT = st.text(st.sampled_from("\"'\\\r\n\t/@h`~;|){}%#[]\0\u2028 a1")) | st.text()


@given(HOSTILE_TEXT)
def test_no_text_parameter_can_write_kql(value: str) -> None:
    query = rendered("T | where a == {{ x }} | take 1", x=value)
    before, after = "T | where a == ", " | take 1"
    assert query.startswith(before)
    text, end = read_string(query, len(before))
    assert (text, query[end:]) == (value, after)
    assert [(t.region, t.start, t.end) for t in regions(query)] == [
        (Region.STRING, len(before), end)
    ]


@given(HOSTILE_TEXT)
def test_no_text_can_write_kql_through_macros_blocks_and_joins(value: str) -> None:
    query = rendered(
        "{% macro m(a) %}{{ a }}{% endmacro %}{% set s %}{{ m(x) }}{% endset %}"
        "{% filter indent %}{{ s }}{% endfilter %}\n{{ x ~ '' }}\n{{ [x]|join }}\n{{ x|string }}",
        x=value,
    )
    lines = query.split("\n")
    assert len(lines) == 4
    assert {read_string(line) for line in lines} == {(value, len(lines[0]))}


@given(st.text(max_size=60))
def test_a_query_without_template_and_parameters_is_never_touched(query: str) -> None:
    rendering, problems = render(query="{{Column}} {% x " + query)
    assert problems == ()
    assert rendering is not None
    assert rendering.text == "{{Column}} {% x " + query


def test_very_long_values_are_rendered_whole() -> None:
    assert rendered("{{ x }}", x="é" * 100_000) == '"' + "é" * 100_000 + '"'
    assert rendered("{{ x|length }}", x=["a"] * 10_000) == "10000"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{% if n > 4 %}a{% else %}b{% endif %}", "a"),
        ("{% if span >= long %}a{% else %}b{% endif %}", "b"),
        ("{{ span * 2 }} {{ long - span }}", "2h 23h"),
        ("{{ since + span }}", "datetime(2026-01-31T01:00:00Z)"),
        ("{% for x in l %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}", '"a", "b"'),
        ("{% for t in tables %}{{ t }}{{ ';' | raw_kql }}{% endfor %}", "A;['b c'];"),
        ("{{ l|length }} {{ l[0] }} {{ l[-1:] }} {{ l|first|upper }}", '2 "a" dynamic(["b"]) "A"'),
        ("{{ d.k }} {{ d['k'] }} {{ d.items()|list }}", '1 1 dynamic([["k", 1]])'),
        ("{% for k, v in d.items() %}{{ k }}={{ v }}{% endfor %}", '"k"=1'),
        ("{{ 'a' ~ n ~ true ~ 1.5 ~ span }}", '"a5true1.51h"'),
        ("{{ l|join(',') }} {{ l|sort(reverse=true) }}", '"a,b" dynamic(["b", "a"])'),
        ("{{ l|map('upper')|list }}", 'dynamic(["A", "B"])'),
        ("{{ l|reject('eq', 'a') }}", 'dynamic(["b"])'),
        ("{{ missing|default(3) }} {{ missing is defined }}", "3 false"),
        ("{{ n // 2 }} {{ n / 2 }} {{ n % 2 }} {{ -n }} {{ n ** 2 }}", "2 2.5 1 -5 25"),
        ("{{ 'x' if n == 5 else 'y' }} {{ 'a' in l }}", '"x" true'),
        ("{% set m = n + 1 %}{{ m }}{# nothing #}", "6"),
        (
            "{% set s=namespace(c=0) %}{% for x in l %}{% set s.c = s.c + 1 %}{% endfor %}{{s.c}}",
            "2",
        ),
        ("{% raw %}{{ n }}{% endraw %}", "{{ n }}"),
        ("{% with a = n %}{{ a }}{% endwith %}", "5"),
        ("a\n  {%- if n %} b{% endif -%}  \n c", "a bc"),
        ("{% macro m(a, b='x') %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(2, b=3) }}", '1"x"23'),
        ("{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}{{ n }}{% endcall %}", "<5>"),
        ("{{ ' a '|trim }} {{ 'a'|replace('a', '\"') }}", '"a" "\\""'),
        ("{{ '3'|int + 1 }} {{ 2.5|round }} {{ '1.5'|float }}", "4 2.0 1.5"),
        ("{{ range(3) }} {{ (1, 2) }}", "dynamic([0, 1, 2]) dynamic([1, 2])"),
        ("{{ {'a': [1]} }}", 'dynamic({"a": [1]})'),
        ("x\n", "x\n"),
    ],
)  # fmt: skip
def test_templates_compute_with_values_and_write_literals(template: str, text: str) -> None:
    rendering, problems = render_with(
        template,
        n=5,
        l=["a", "b"],
        d={"dynamic": {"k": 1}},
        span={"timespan": "1h"},
        long={"timespan": "1d"},
        since={"datetime": "2026-01-31"},
        tables=[{"table": "A"}, {"table": "b c"}],
    )
    assert {p.code for p in problems} <= {"SG325", "SG312"}
    assert rendering is not None
    assert rendering.text == text


@pytest.mark.parametrize(
    ("template", "code", "marks"),
    [
        ('T | where a == "{{ x }}"', "SG311", "{{ x }}"),
        ("T | where a == '{{ x }}'", "SG311", "{{ x }}"),
        ('T | where a == "C:\\\\{{ x }}"', "SG311", "{{ x }}"),
        ("T | where a == @{{ x }}", "SG311", "{{ x }}"),
        ("T | where a == h{{ x }}", "SG311", "{{ x }}"),
        ("T | where a == ```\n{{ x }}\n```", "SG311", "{{ x }}"),
        ("T // {{ x }}\n| take 1", "SG311", "{{ x }}"),
        ("T | where t > datetime({{ x }})", "SG311", "{{ x }}"),
        ("T | where t > guid({{ x }})", "SG311", "{{ x }}"),
        ("T | where {{ y }}", "SG306", "y"),
        ("T | where {% if y > 1 %}{% endif %}", "SG306", "y"),
        ("T {% if x %}", "SG303", "{% if x %}"),
        ("T {{ x", "SG303", "{"),
        ("T {{ x|nope }}", "SG303", "nope"),
        ("T {% nope %}", "SG303", "nope"),
        ("T {{ 1 + 'a' }}", "SG309", "{{ 1 + 'a' }}"),
        ("T {{ 1 / 0 }}", "SG309", "{{ 1 / 0 }}"),
        ("T {{ none }}", "SG310", "{{ none }}"),
        ("T {{ 1e999 }}", "SG308", "{{ 1e999 }}"),
        ("T {% include 'nope' %}", "SG301", "{% include 'nope' %}"),
    ],
)
def test_each_mistake_is_one_problem_at_its_place(template: str, code: str, marks: str) -> None:
    assert only_problem("{# {{ x }} #}{% if x %}{% endif %}" + template, x="v") == (code, marks)


def test_numbers_and_times_may_stand_where_kql_takes_a_raw_literal() -> None:
    assert rendered("ago({{ n }}d) timespan({{ t }}) long({{ n }})", n=7, t={"timespan": "1h"}) == (
        "ago(7d) timespan(1h) long(7)"
    )


def test_all_undefined_outputs_that_have_no_literal_are_reported_together() -> None:
    rendering, problems = render(query="{{ none }} {{ range }}", parameters={})
    assert rendering is None
    assert [p.code for p in problems] == ["SG310", "SG310"]


def test_undefined_name_suggests_what_may_be_meant() -> None:
    _, problems = render_with("{{ tresholt }}", threshold=5)
    assert [p.help for p in problems if p.code == "SG306"] == ["did you mean 'threshold'?"]


def test_raw_kql_in_a_detections_own_query_is_flagged_and_rendered() -> None:
    rendering, problems = render_with('{{ x | raw_kql }} | where a == "{{ x | raw_kql }}"', x="T")
    assert [p.code for p in problems] == ["SG312", "SG312"]
    assert rendering is not None
    assert rendering.text == 'T | where a == "T"'


def test_template_that_does_not_exist_is_reported_where_it_is_named() -> None:
    rendering, (problem,) = render(template="sign-in")
    assert rendering is None
    assert (problem.code, problem.place) == ("SG301", InDocument(("template",)))
    assert problem.help == "did you mean 'sign-ins'?"


def test_problem_in_an_included_template_stands_in_that_file() -> None:
    values = {"rows": 5, "countries": [], "user": "a"}
    rendering, (problem,) = render(template="sign-ins", values=values)
    assert rendering is None
    assert problem.code == "SG306"
    assert problem.place == InFile("detections/_templates/parts/results.kql.j2", 1, 26, 1, 32)


def test_link_out_of_the_folder_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("content")
    folder = root / "detections" / "_templates"
    folder.mkdir(parents=True)
    (root / "secret.kql.j2").write_text("T", "utf-8")
    (folder / "link.kql.j2").symlink_to(root / "secret.kql.j2")
    rendering, (problem,) = render(root=root, template="link")
    assert rendering is None
    assert problem.code == "SG304"


def test_detections_without_templates_never_load_jinja() -> None:
    program = (
        "import sys; from tests.kql_templates.detections import render; "
        "render(query='T | take 5'); render(query='T', parameters={}); "
        "sys.exit('jinja2' in sys.modules)"
    )
    root = CONTENT.parents[3]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0
