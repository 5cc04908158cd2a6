"""The readers take what Azure and the compiler take, and notice what they would not."""

from __future__ import annotations

import json

import pytest

from tests.artifacts.arm_reader import read_template
from tests.artifacts.bicep_reader import read_bicep


def arm_text(written: str) -> str:
    resource = {
        "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules",
        "apiVersion": "2025-09-01",
        "name": "[concat(parameters('workspace'),'/Microsoft.SecurityInsights/id')]",
        "kind": "Scheduled",
        "properties": {"query": written},
    }
    template = {"parameters": {"workspace": {"type": "string"}}, "resources": [resource]}
    [read] = read_template(json.dumps(template), "w")
    assert (read.workspace, read.id) == ("w", "id")
    return str(read.properties["query"])


def bicep_text(written: str) -> str:
    source = (
        "param workspace string\n"
        "resource rule 'Microsoft.OperationalInsights/workspaces/providers/alertRules@v' = {\n"
        "  name: '${workspace}/Microsoft.SecurityInsights/id'\n"
        "  kind: 'Scheduled'\n"
        f"  properties: {{\n    query: {written}\n  }}\n}}\n"
    )
    [read] = read_bicep(source, "w")
    assert (read.workspace, read.id, read.api_version) == ("w", "id", "v")
    return str(read.properties["query"])


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("[[x]", "[x]"),
        ("[[[x]]", "[[x]]"),
        ("[x", "[x"),
        ("x]", "x]"),
        ("[x] ", "[x] "),
        ("[[x", "[[x"),
        ("[concat('it''s ', parameters('workspace'))]", "it's w"),
        ("[format('{0}-{1}', 'a', 'b')]", "a-b"),
    ],
)
def test_arm_strings_are_read_as_resource_manager_does(written: str, text: str) -> None:
    assert arm_text(written) == text


@pytest.mark.parametrize("written", ["[x]", "[]", "[concat('a')b]", "[parameters('other')]"])
def test_an_arm_expression_that_would_fail_to_deploy_fails_to_read(written: str) -> None:
    with pytest.raises((AssertionError, KeyError, IndexError)):
        arm_text(written)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"'\n\r\t\\\'\$\u{1f600}'", "\n\r\t\\'$\U0001f600"),
        ("'$x $$'", "$x $$"),
        (r"'\${x}'", "${x}"),
        ("''", ""),
        ("'''\na\r\n'b ${c} \\n'''", "a\r\n'b ${c} \\n"),
        ("'''\n\n'''", "\n"),
        ("'''a'''", "a"),
        ("'${workspace}!'", "w!"),
    ],
)
def test_bicep_strings_are_read_as_the_compilers_lexer_does(written: str, text: str) -> None:
    assert bicep_text(written) == text


@pytest.mark.parametrize("written", [r"'\q'", "'${other}'", "'a\nb'", r"'\u{110000}'", "'a''b'"])
def test_bicep_that_would_not_compile_fails_to_read(written: str) -> None:
    with pytest.raises((AssertionError, KeyError, ValueError)):
        bicep_text(written)
