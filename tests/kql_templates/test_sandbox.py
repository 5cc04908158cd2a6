"""Whatever a template tries, it ends at a counted limit, with one problem at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from generator.kql_templates.engine import render_template
from generator.kql_templates.filters import allowed_tests
from generator.kql_templates.library import TemplateLibrary
from generator.kql_templates.values import given_values
from tests.kql_templates.detections import only_problem, render, rendered

HOSTILE = yaml.safe_load((Path(__file__).parent / "fixtures" / "hostile.yaml").read_text("utf-8"))
TOO_DEEP = {
    "brackets": "{{ " + "[" * 200 + "]" * 200 + " }}",
    "negations": "{{ " + "not " * 300 + "1 }}",
    "sums": "{{ " + "+".join("1" * 300) + " }}",
    "conditions": "{{ " + "1 if 1 else " * 200 + "1 }}",
    "filters": "{{ 'a'" + "|lower" * 300 + " }}",
    "members": "{{ a" + ".b" * 300 + " }}",
    "blocks": "{% if 1 %}" * 200 + "{% endif %}" * 200,
    "loops": "{% for i in [1] %}" * 200 + "{% endfor %}" * 200,
    "digits": "{{ " + "9" * 6000 + " }}",
    "words": "{{ [" + "1," * 30_000 + "] }}",
    "tags": "{{ 1 }}" * 10_001,
    "characters": "x" * 300_000 + "{{ 1 }}",
}


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case["name"])
def test_hostile_template_gives_one_problem_at_its_place(case: dict[str, str]) -> None:
    assert only_problem(case["template"]) == (case["code"], case["marks"])


@pytest.mark.parametrize("name", TOO_DEEP)
def test_template_that_would_overflow_a_parser_is_refused_by_a_count(name: str) -> None:
    code, _ = only_problem(TOO_DEEP[name])
    assert code == "SG307"


@pytest.mark.parametrize(
    "use",
    [
        "{{ {t: 1} }}",
        "{{ {1: {t: 1}} }}",
        "{{ {1: 2}[t] }}",
        "{{ {1: 2}.get(t) }}",
        "{{ dict([(t, 1)]) }}",
        "{{ t in {1: 2} }}",
        "{{ [t, t]|unique|list }}",
        "{{ [t, 1]|unique|list }}",
        "{% for i in [1, 2] %}{{ loop.changed(t) }}{% endfor %}",
        "{{ [1].index(t) }}",
        "{{ t == t }}",
        "{{ t ~ 'x' }}",
        "{{ t }}",
    ],
)
def test_a_value_that_is_small_in_memory_and_endless_to_hash_ends_at_a_count(use: str) -> None:
    code, _ = only_problem("{% set t = (1,) %}" + "{% set t = (t, t) %}" * 60 + use)
    assert code in {"SG307", "SG308", "SG309"}


def test_expression_of_ordinary_size_is_not_refused() -> None:
    many = ", ".join(f'"{n}"' for n in range(500))
    assert rendered("{{ [" + many + "] }}") == f"dynamic([{many}])"
    assert rendered("{{ " + " + ".join(["1"] * 50) + " }}") == "50"
    assert rendered("{% if 1 %}" * 10 + "x" + "{% endif %}" * 10) == "x"


def test_a_thousand_rounds_with_a_body_of_some_size_are_allowed() -> None:
    body = "{% if i % 2 == 0 %}{{ i }} {% else %}{{ i * 2 }} {% endif %}"
    assert rendered("{% for i in range(1000) %}" + body + "{% endfor %}").startswith("0 2 2 6 ")


def test_the_same_template_costs_the_same_the_second_time(tmp_path: Path) -> None:
    folder = tmp_path / "detections" / "_templates"
    folder.mkdir(parents=True)
    body = "{% for i in range(400) %}{% endfor %}{% macro m() %}T{% endmacro %}"
    (folder / "m.kql.j2").write_text(body, "utf-8")
    library = TemplateLibrary(tmp_path)
    left = []
    for _ in range(2):
        environment = library.environment
        render_again(library)
        left.append((environment.budget.steps, environment.budget.characters))
    assert left[0] == left[1]


def render_again(library: TemplateLibrary) -> None:
    query = '{% import "m" as m %}{{ m.m() }}'
    rendering, problems = render_template(library, None, query, given_values({}, {}))
    assert problems == ()
    assert rendering is not None


def test_no_filter_test_or_function_brings_chance_or_a_clock(tmp_path: Path) -> None:
    environment = TemplateLibrary(tmp_path).environment
    assert set(environment.globals) == {"range", "dict", "namespace"}
    assert not {"random", "shuffle", "pprint", "format", "center", "wordwrap", "urlize", "attr"} & (
        set(environment.filters)
    )
    assert not {"callable", "filter", "test", "sameas"} & set(allowed_tests())


def test_a_tenant_cannot_write_kql_through_any_declared_type() -> None:
    rendering, problems = render(
        query="T | where a == {{ a }}",
        parameters={"a": {"type": "string"}},
        tenant={"a": 'x" | take 1 //'},
    )
    assert problems == ()
    assert rendering is not None
    assert rendering.text == 'T | where a == "x\\" | take 1 //"'
