"""Reads ARM templates the way Azure Resource Manager does, from its documentation alone.

It imports nothing from the package: what it gives back shows what a deployment would create.
"""

from __future__ import annotations

import json
import re
from typing import Any

from tests.artifacts.resource import Resource

WORKSPACE_TYPE = "Microsoft.OperationalInsights/workspaces"
SENTINEL = "Microsoft.SecurityInsights"
PROVIDER = f"{WORKSPACE_TYPE}/providers/"
"""What begins the type of an extension that a template names below the workspace."""
PARTS = {f"{WORKSPACE_TYPE}/savedSearches"}
"""Types of what is a part of a workspace."""

_TOKEN = re.compile(r"\s*(?:(?P<name>[A-Za-z]+)\(|(?P<text>'(?:[^']|'')*')|(?P<mark>[(),]))")


def read_template(text: str, workspace: str) -> list[Resource]:
    """Evaluate a template for a workspace and return its alert rules in order."""
    template = json.loads(text, object_pairs_hook=_without_duplicates)
    parameters = {"workspace": workspace}
    assert list(template["parameters"]) == ["workspace"]
    declared = template["resources"]
    if isinstance(declared, dict):
        # Templates compiled with symbolic names also list what exists already.
        declared = [resource for resource in declared.values() if not resource.get("existing")]
    return [_resource(resource, parameters) for resource in declared]


def _resource(resource: dict[str, Any], parameters: dict[str, str]) -> Resource:
    name = _evaluate(resource["name"], parameters)
    type_ = resource["type"]
    if type_ in PARTS:
        assert "scope" not in resource
        workspace, rule_id = name.split("/", 1)
    elif type_.startswith(PROVIDER):
        assert "scope" not in resource
        workspace, provider, rule_id = name.split("/", 2)
        assert provider == SENTINEL
        type_ = f"{SENTINEL}/{type_.removeprefix(PROVIDER)}"
    else:
        assert type_.startswith(f"{SENTINEL}/")
        scope = _evaluate(resource["scope"], parameters)
        assert scope.startswith(f"{WORKSPACE_TYPE}/"), scope
        workspace, rule_id = scope.removeprefix(f"{WORKSPACE_TYPE}/"), name
    return Resource(
        workspace,
        rule_id,
        _evaluate(resource.get("kind"), parameters),
        resource["apiVersion"],
        _evaluate(resource["properties"], parameters),
        type_,
        _evaluate(resource.get("etag"), parameters),
    )


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    assert len(members) == len(pairs), "a JSON object names a member twice"
    return members


def _evaluate(value: Any, parameters: dict[str, str]) -> Any:
    match value:
        case str():
            return _evaluate_text(value, parameters)
        case dict():
            return {
                _evaluate_text(name, parameters): _evaluate(member, parameters)
                for name, member in value.items()
            }
        case list():
            return [_evaluate(item, parameters) for item in value]
        case _:
            return value


def _evaluate_text(text: str, parameters: dict[str, str]) -> str:
    if not (text.startswith("[") and text.endswith("]")):
        return text
    if text.startswith("[["):
        return text[1:]
    tokens = _tokens(text[1:-1])
    value = _expression(tokens, parameters)
    assert not tokens, f"text after an expression: {tokens}"
    return value


def _tokens(expression: str) -> list[tuple[str, str]]:
    tokens = []
    position = 0
    while position < len(expression):
        match = _TOKEN.match(expression, position)
        assert match, f"no expression: {expression[position:]!r}"
        assert match.lastgroup
        tokens.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens


def _expression(tokens: list[tuple[str, str]], parameters: dict[str, str]) -> str:
    kind, token = tokens.pop(0)
    if kind == "text":
        return token[1:-1].replace("''", "'")
    assert kind == "name", f"no expression begins with {token}"
    arguments = []
    while tokens[0] != ("mark", ")"):
        arguments.append(_expression(tokens, parameters))
        if tokens[0] == ("mark", ","):
            tokens.pop(0)
    tokens.pop(0)
    match token, arguments:
        case "parameters", [name]:
            return parameters[name]
        case "concat", parts:
            return "".join(parts)
        case "format", [pattern, *parts]:
            return re.sub(r"\{(\d+)\}", lambda match: parts[int(match[1])], pattern)
        case "resourceId" | "extensionResourceId", [resource_type, name]:
            return f"{resource_type}/{name}"
    raise AssertionError(f"an expression that no rule needs: {token}")
