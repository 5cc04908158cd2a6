from __future__ import annotations

from collections.abc import Iterator

import pytest

from generator.kql.syntax import Node, TableType
from generator.kql_service.engine import EngineError
from generator.kql_service.service import KqlService


def nodes(tree: Node, kind: str) -> Iterator[Node]:
    return (node for node in tree.walk() if node.kind == kind)


def test_every_token_stands_where_the_tree_says(service: KqlService) -> None:
    query = "SigninLogs\n| where Location has '🌍🌍' // 🌍\n| summarize n = count() by UserId"
    for node in service.syntax_tree(query).walk():
        if node.text is not None:
            assert query[node.start : node.end] == node.text


def test_expressions_carry_type_symbol_and_column_name(service: KqlService) -> None:
    tree = service.syntax_tree(
        "SigninLogs | summarize count(), dcount(IPAddress) by bin(TimeGenerated, 1h)"
    )
    (summarize,) = nodes(tree, "SummarizeOperator")
    assert isinstance(summarize.type, TableType)
    assert summarize.type.columns == (
        ("TimeGenerated", "datetime"),
        ("count_", "long"),
        ("dcount_IPAddress", "long"),
    )
    calls = {
        node.symbol.name: (node.name, node.type, node.symbol.kind)
        for node in nodes(tree, "FunctionCallExpression")
        if node.symbol
    }
    assert calls == {
        "count": ("count_", "long", "Function"),
        "dcount": ("dcount_IPAddress", "long", "Function"),
        "bin": ("TimeGenerated", "datetime", "Function"),
    }


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("'a\\tb'", "a\tb"),
        ("@'c:\\d'", "c:\\d"),
        ("9223372036854775807", "9223372036854775807"),
        ("1.5", "1.5"),
        ("true", True),
        ("1h", "36000000000"),
        ("datetime(2024-02-29 12:30)", "2024-02-29 12:30"),
        ("int(null)", None),
        ("datetime(null)", None),
        ("guid(74be27de-1e4e-49d9-b579-fe0b331d3642)", "74be27de-1e4e-49d9-b579-fe0b331d3642"),
    ],
)
def test_literals_carry_their_value(
    service: KqlService, literal: str, value: str | bool | None
) -> None:
    tree = service.syntax_tree(f"print x = {literal}")
    (node,) = (node for node in tree.walk() if node.kind.endswith("LiteralExpression"))
    assert node.value == value
    assert type(node.value) is type(value)


def test_a_called_function_is_expanded_with_the_types_of_the_call(service: KqlService) -> None:
    query = "let f = (T:(*), least:long = 3) { T | where DurationMs > least };\nf(SigninLogs)"
    tree = service.syntax_tree(query)
    (call,) = (n for n in nodes(tree, "FunctionCallExpression") if n.expansion)
    assert call.expansion is not None
    assert [p.name for p in call.expansion.parameters] == ["T", "least"]
    default = call.expansion.parameters[1].default
    assert default is not None
    assert default.value == "3"
    names = {
        node.symbol.name: node.symbol.kind
        for node in nodes(call.expansion.body, "NameReference")
        if node.symbol
    }
    assert names == {"T": "Variable", "DurationMs": "Column", "least": "Variable"}
    offset = call.expansion.offset
    assert offset is not None
    assert query[offset + call.expansion.body.start] == "{"


def test_a_long_chain_does_not_exhaust_the_stack(service: KqlService) -> None:
    chain = " or ".join(f"Id == '{number}'" for number in range(2000))
    tree = service.syntax_tree(f"SigninLogs | where {chain}")
    assert sum(1 for _ in nodes(tree, "OrExpression")) == 1999


def test_a_hopeless_query_is_refused(service: KqlService) -> None:
    with pytest.raises(EngineError):
        service.syntax_tree("print " + "(" * 5000)
