"""ARM, Bicep in both forms and the request body say the same, whatever a rule holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.artifacts.build import plan_artifacts
from generator.catalog.configuration import Configuration
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES
from generator.kinds.analytic_rule.model import AnalyticRule
from tests.artifacts.arm_reader import read_template
from tests.artifacts.bicep_reader import read_bicep
from tests.artifacts.resource import Resource
from tests.artifacts.rules import hostile_rules, hostile_texts, scheduled_rule
from tests.kinds.analytic_rule.body_reader import api_version_of, read_rule, without_empty

WORKSPACE = "contoso-soc"


@dataclass(frozen=True)
class Meant:
    """What a resource means: the rule that a workspace holds, and through which API version."""

    workspace: str
    rule: AnalyticRule
    api_version: str


def wanted(rule: AnalyticRule) -> Meant:
    return Meant(WORKSPACE, without_empty(rule), api_version_of(rule))


def meant(resources: list[Resource]) -> list[Meant]:
    return [
        Meant(one.workspace, read_rule(one.id, one.kind, one.properties), one.api_version)
        for one in resources
    ]


def written(
    rules: list[AnalyticRule], form: Literal["extension", "providers"] = "extension"
) -> dict[str, str]:
    built = [
        ANALYTIC_RULES.resource(rule, f"area/rule {number:04}") for number, rule in enumerate(rules)
    ]
    plan = plan_artifacts(built, Configuration(bicep_form=form))
    return {path: b"".join(content).decode() for path, content in plan.items()}


def assert_writings_agree(rule: AnalyticRule) -> None:
    for form in ("extension", "providers"):
        files = written([rule], form)
        for path, text in files.items():
            read = read_template if path.endswith(".json") else read_bicep
            assert meant(read(text, WORKSPACE)) == [wanted(rule)], path


@settings(max_examples=30)
@given(hostile_rules())
def test_any_rule_reads_back_from_every_writing(rule: AnalyticRule) -> None:
    assert_writings_agree(rule)


@settings(max_examples=100)
@given(hostile_texts)
def test_any_query_reads_back_from_every_writing(query: str) -> None:
    assert_writings_agree(scheduled_rule(query=query))


@pytest.mark.parametrize(
    "query",
    [
        *("[x]", "[[x]]", "[x] ", " [x]", "[]", "[", "]", "[x]\n", "[test] value", "[\n]"),
        *("a\n'''b", "a\n'", "a\n''", "'\na", "'''", "a\n${b}", "${b}", "\\${b}", "$'", "$\\{"),
        *("\n", "\n\n", "\r\n", "\r", "a\r\nb", "a\rb", "\na", "a\n", "\t\n\t", "\\\n\\"),
        *("\x00\na", "\ufeffa\nb", "\u2028\nb", "a\n\U0001f600", "", " "),
        *("//", " //", "a\r\n// b\r\n//// c // d\rT", "\\n//a", "$//a", "'// // //", "\t //\r///"),
        *("let u = 'https://login.microsoftonline.com';\nT", "T | where h == 'vault.azure.net'"),
    ],
)
def test_awkward_queries_read_back_from_every_writing(query: str) -> None:
    assert_writings_agree(scheduled_rule(query=query))


@settings(max_examples=10)
@given(st.lists(hostile_rules(), min_size=1, max_size=5, unique_by=lambda rule: rule.id))
def test_the_catalog_holds_every_rule_once_and_in_order(rules: list[AnalyticRule]) -> None:
    files = written(rules)
    assert meant(read_template(files["catalog/all.json"], WORKSPACE)) == [
        wanted(rule) for rule in rules
    ]
    assert meant(read_bicep(files["catalog/all.bicep"], WORKSPACE)) == [
        wanted(rule) for rule in rules
    ]


@settings(max_examples=15)
@given(hostile_rules())
def test_arm_is_laid_out_as_any_json_formatter_would(rule: AnalyticRule) -> None:
    text = written([rule])["area/rule 0000.json"]
    assert json.dumps(json.loads(text), indent=2) == _ascii(text).removesuffix("\n")


def _ascii(text: str) -> str:
    return "".join(c if c.isascii() else json.dumps(c)[1:-1] for c in text)


def test_an_id_cannot_end_the_expression_that_it_stands_in() -> None:
    assert_writings_agree(scheduled_rule(id="a','b'')]"))


def test_a_query_of_several_lines_stands_in_bicep_as_a_person_writes_it() -> None:
    query = "SigninLogs\n| where UserPrincipalName == 'a@b.c'\n\t| take 1"
    assert (
        f"query: '''\n{query}'''\n"
        in written([scheduled_rule(query=query)])["area/rule 0000.bicep"]
    )


@pytest.mark.parametrize("hidden", ["\u202e", "\xa0", "\u200b", "\x7f", "\U000e0041"])
def test_characters_that_nobody_sees_are_spelled_out(hidden: str) -> None:
    for path, text in written(
        [scheduled_rule(display_name=f"a{hidden}b", query=f"T\n{hidden}")]
    ).items():
        assert hidden not in text, path


def test_text_of_other_languages_stays_readable() -> None:
    for path, text in written([scheduled_rule(display_name="Anmeldung außer Haus 東京")]).items():
        assert "Anmeldung außer Haus 東京" in text, path
