"""ARM JSON: Form A, the only one that Sentinel's Repositories feature accepts.

Everything that comes from content is a plain string here, never part of an expression: expressions
are bounded by 24,576 characters. A resource is written once and stands, byte for byte the same, in
its own template and in the catalog's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from generator.artifacts.address import nested_prefix, nested_type
from generator.artifacts.marker import ARM_SCHEMA, CONTENT_VERSION, GENERATOR, WORKSPACE_DESCRIPTION
from generator.artifacts.text import INVISIBLE_CHARACTER
from generator.kinds.kind import Resource

# The C encoder behind it makes whole strings; only the layout is Python's work.
_encode_string = json.JSONEncoder(ensure_ascii=False).encode

_INDENT = "  "
_RESOURCE_MARGIN = 2 * _INDENT


def arm_resource(resource: Resource) -> str:
    """Return a resource as JSON, laid out for the `resources` array of a template."""
    quoted_id = resource.id.replace("'", "''")
    name = f"[concat(parameters('workspace'),'{nested_prefix(resource)}{quoted_id}')]"
    members = [
        f'"type": {_encode_string(nested_type(resource))}',
        f'"apiVersion": {_encode_string(resource.api_version)}',
        f'"name": {_encode_string(name)}',
        *(
            f'"{member}": {_value(value, _RESOURCE_MARGIN + _INDENT)}'
            for member, value in resource.in_template.items()
        ),
    ]
    return _RESOURCE_MARGIN + _block("{", members, "}", _RESOURCE_MARGIN)


def arm_template(source: str, resources: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the chunks of a template that holds the resources, which `arm_resource` made.

    `source` is what the marker names. The template has one parameter, named exactly `workspace`.
    """
    head = (
        "{\n"
        f'  "$schema": {_encode_string(ARM_SCHEMA)},\n'
        f'  "contentVersion": {_encode_string(CONTENT_VERSION)},\n'
        '  "metadata": {\n'
        f'    "generator": {_encode_string(GENERATOR)},\n'
        f'    "source": {json.dumps(source)}\n'
        "  },\n"
        '  "parameters": {\n'
        '    "workspace": {\n'
        '      "type": "string",\n'
        '      "metadata": {\n'
        f'        "description": {_encode_string(WORKSPACE_DESCRIPTION)}\n'
        "      }\n"
        "    }\n"
        "  },\n"
        '  "resources": [\n'
    )
    return (head.encode(), *_joined(resources, b",\n"), b"\n  ]\n}\n")


def literal(text: str) -> str:
    """Escape text so that ARM takes it as it is: only from `[` to `]` is a string an expression.

    A `[` before text that merely begins with one would be deployed as part of it
    (Azure Resource Manager documentation, template expressions, escape characters).
    """
    return f"[{text}" if text.startswith("[") and text.endswith("]") else text


def _joined(chunks: Sequence[bytes], separator: bytes) -> Iterable[bytes]:
    for number, chunk in enumerate(chunks):
        if number:
            yield separator
        yield chunk


def _value(value: Any, margin: str) -> str:
    if isinstance(value, str):
        return _string(value)
    inner = margin + _INDENT
    if isinstance(value, dict):
        # ARM evaluates property names as well, so they are escaped like values.
        members = [f"{_string(key)}: {_value(member, inner)}" for key, member in value.items()]
        return _block("{", members, "}", margin)
    if isinstance(value, list):
        return _block("[", [_value(item, inner) for item in value], "]", margin)
    return json.dumps(value)


def _block(opening: str, members: list[str], closing: str, margin: str) -> str:
    if not members:
        return opening + closing
    separator = f",\n{margin}{_INDENT}"
    return f"{opening}\n{margin}{_INDENT}{separator.join(members)}\n{margin}{closing}"


def _string(text: str) -> str:
    written = _encode_string(literal(text))
    if written.isascii() and "\x7f" not in written:
        return written
    return INVISIBLE_CHARACTER.sub(lambda match: json.dumps(match[0])[1:-1], written)
