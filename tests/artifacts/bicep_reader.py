"""Reads Bicep on the tree-sitter grammar, evaluating literals as the compiler's lexer does.

It imports nothing from the package. The grammar gives the structure only: it has no node for the
escape `\\$` and cuts a string there, so a string's value is read from the source between its
quotes, and a string that does not end where the grammar says is refused.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import tree_sitter
import tree_sitter_bicep

from tests.artifacts.arm_reader import PARTS, PROVIDER, SENTINEL, WORKSPACE_TYPE
from tests.artifacts.resource import Resource

LONGEST_LITERAL = 131_072

_LANGUAGE = tree_sitter.Language(tree_sitter_bicep.language())
_PIECE = re.compile(
    r"\\(?P<short>[nrt\\'$])|\\u\{(?P<code>[0-9a-fA-F]{1,6})\}|\$\{(?P<hole>[A-Za-z_]\w*)\}"
    r"|(?P<plain>\$(?!\{)|[^\\'$\r\n])",
    re.ASCII,
)
_SHORT = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", "$": "$"}
_NOT_STRUCTURE = {"comment", "diagnostic_comment"}


@dataclass(frozen=True)
class _Existing:
    type: str
    name: str


def read_bicep(text: str, workspace: str) -> list[Resource]:
    """Evaluate a Bicep file for a workspace and return its alert rules in order."""
    source = text.encode()
    tree = tree_sitter.Parser(_LANGUAGE).parse(source)
    assert not tree.root_node.has_error, _first_error(tree.root_node)
    symbols: dict[str, str | _Existing] = {}
    declared: set[str] = set()
    resources = []
    for node in tree.root_node.named_children:
        match node.type:
            case "comment" | "diagnostic_comment" | "decorators":
                continue
            case "parameter_declaration":
                assert node.text == b"param workspace string"
                symbols["workspace"] = workspace
            case "resource_declaration":
                name, resource = _Reader(symbols).resource(node)
                assert name not in declared, f"{name} is declared twice"
                declared.add(name)
                if isinstance(resource, _Existing):
                    symbols[name] = resource
                else:
                    resources.append(resource)
            case _:
                raise AssertionError(f"a statement that no rule needs: {node.type}")
    return resources


class _Reader:
    def __init__(self, symbols: dict[str, str | _Existing]) -> None:
        self.symbols = symbols

    def resource(self, node: tree_sitter.Node) -> tuple[str, Resource | _Existing]:
        symbol, type_node, body = _structure(node)
        resource_type, api_version = self.text(type_node).split("@")
        members = self.value(body)
        if any(child.type == "existing" for child in node.children):
            assert members.keys() == {"name"}
            return _source(symbol), _Existing(resource_type, members["name"])
        others = members.keys() - {"kind", "etag"}
        if resource_type in PARTS and "parent" not in members:
            assert others == {"name", "properties"}
            workspace, rule_id = members["name"].split("/", 1)
        elif resource_type.startswith(PROVIDER):
            assert others == {"name", "properties"}
            workspace, provider, rule_id = members["name"].split("/", 2)
            assert provider == SENTINEL
            resource_type = f"{SENTINEL}/{resource_type.removeprefix(PROVIDER)}"
        else:
            link = "parent" if resource_type in PARTS else "scope"
            assert resource_type in PARTS or resource_type.startswith(f"{SENTINEL}/")
            assert others == {link, "name", "properties"}
            assert isinstance(members[link], _Existing)
            assert members[link].type == WORKSPACE_TYPE
            workspace, rule_id = members[link].name, members["name"]
        return _source(symbol), Resource(
            workspace,
            rule_id,
            members.get("kind"),
            api_version,
            members["properties"],
            resource_type,
            members.get("etag"),
        )

    def value(self, node: tree_sitter.Node) -> Any:
        match node.type:
            case "string":
                return self.text(node)
            case "object":
                return self.members(node)
            case "array":
                return [self.value(item) for item in _structure(node)]
            case "number" | "boolean" | "null":
                return json.loads(_source(node))
            case "identifier":
                return self.symbols[_source(node)]
        raise AssertionError(f"an expression that no rule needs: {node.type}")

    def members(self, node: tree_sitter.Node) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for member in _structure(node):
            assert member.type == "object_property"
            key, value = _structure(member)
            name = self.text(key) if key.type == "string" else _source(key)
            assert name not in members, f"an object names {name!r} twice"
            members[name] = self.value(value)
        return members

    def text(self, node: tree_sitter.Node) -> str:
        source = _source(node)
        if source.startswith("'''"):
            assert source.endswith("'''")
            assert len(source) >= 6
            content = source[3:-3]
            assert "'''" not in content
            value = re.sub(r"\A\r?\n", "", content)
        else:
            value = self.pieces(source)
        assert len(value.encode("utf-16-le")) // 2 <= LONGEST_LITERAL
        return value

    def pieces(self, source: str) -> str:
        assert source.startswith("'")
        assert source.endswith("'")
        assert len(source) >= 2
        inner = source[1:-1]
        parts = []
        position = 0
        while position < len(inner):
            match = _PIECE.match(inner, position)
            assert match, f"not allowed in a string: {inner[position : position + 20]!r}"
            if match["hole"]:
                value = self.symbols[match["hole"]]
                assert isinstance(value, str)
                parts.append(value)
            elif match["code"]:
                parts.append(chr(int(match["code"], 16)))
            elif match["short"]:
                parts.append(_SHORT[match["short"]])
            else:
                parts.append(match["plain"])
            position = match.end()
        return "".join(parts)


def _structure(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    return [child for child in node.named_children if child.type not in _NOT_STRUCTURE]


def _source(node: tree_sitter.Node) -> str:
    assert node.text is not None
    return node.text.decode()


def _first_error(node: tree_sitter.Node) -> str:
    while not node.is_error and not node.is_missing:
        node = next(child for child in node.children if child.has_error or child.is_missing)
    return f"line {node.start_point[0] + 1}: {node.text!r}"
