"""Bicep: Form B (extension resources, which the compiler type-checks) or Form A on request.

The compiler makes ARM's `[[` by itself, so nothing is escaped for ARM here. A resource is written
once and stands the same in its own file and in the catalog's; symbolic names come from its
id and are therefore unique in both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

from generator.artifacts.address import is_part, nested_prefix, nested_type, symbol
from generator.artifacts.marker import WORKSPACE_DESCRIPTION, bicep_marker
from generator.artifacts.text import INVISIBLE
from generator.kinds.kind import Resource

BicepForm = Literal["extension", "providers"]

LITERAL_LIMIT = 131_072
"""Longest string literal in UTF-16 code units (Azure/bicep, LanguageConstants)."""

_WORKSPACE_TYPE = "Microsoft.OperationalInsights/workspaces@2022-10-01"
_INDENT = "  "

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_IN_IDENTIFIER = re.compile(r"[^A-Za-z0-9_]")
_KEYWORDS = frozenset({"true", "false", "null"})
_ESCAPED = re.compile(rf"[\\'\x00-\x1f{INVISIBLE}]|\$(?=\{{)")
# The compiler knows no comments inside a string, but the tree-sitter grammar that editors use takes
# `//` and `/*` for one where only blanks stand between them and an escape, a `$` or the quote.
_COMMENT_TO_EDITORS = re.compile(r"(?:\A|\\u\{[0-9a-f]+\}|\\.|\$) */([/*]+)")
_COMMENT_AT_ONCE = re.compile(r" */([/*]+)")
_SHORT_ESCAPES = {"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t", "$": r"\$"}
_NOT_VERBATIM = re.compile(rf"'''|[\x00-\x08\x0b-\x1f{INVISIBLE}]|'\Z")

# The linter's default list for no-hardcoded-env-urls. In a query these are data, not endpoints.
_ENVIRONMENT_HOSTS = (
    "core.windows.net",
    "gallery.azure.com",
    "management.azure.com",
    "database.windows.net",
    "login.microsoftonline.com",
    "graph.windows.net",
    "trafficmanager.net",
    "vault.azure.net",
    "datalake.azure.net",
    "azuredatalakestore.net",
    "azuredatalakeanalytics.net",
    "api.loganalytics.io",
    "asazure.windows.net",
)
_SHORTEST_HOST = min(map(len, _ENVIRONMENT_HOSTS))
_ALLOW_ENVIRONMENT_HOSTS = "#disable-next-line no-hardcoded-env-urls"
# The provider form is a type that the compiler has no definition of.
_ALLOW_UNTYPED = "#disable-next-line BCP081"


def bicep_resource(resource: Resource, form: BicepForm) -> str:
    """Return the declaration of one resource.

    Raises ValueError for a text that is longer than a Bicep literal may be, or a number that no
    Bicep integer holds.
    """
    name = f"{symbol(resource)}_{_NOT_IN_IDENTIFIER.sub('_', resource.id)}"
    version = resource.api_version
    lines: list[str]
    if form == "extension":
        lines = [
            f"resource {name} '{resource.type}@{version}' = {{",
            "  parent: sentinel" if is_part(resource) else "  scope: sentinel",
            f"  name: {_string(resource.id)}",
        ]
    else:
        lines = [
            *(() if is_part(resource) else (_ALLOW_UNTYPED,)),
            f"resource {name} '{nested_type(resource)}@{version}' = {{",
            f"  name: '${{workspace}}{nested_prefix(resource)}{_escaped(resource.id)}'",
        ]
    for member, value in resource.in_template.items():
        _write_property(lines, member, value, _INDENT)
    lines.append("}\n")
    return "\n".join(lines)


def bicep_file(source: str, form: BicepForm, resources: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the chunks of a Bicep file that holds what `bicep_resource` made."""
    head = (
        bicep_marker(source)
        + f"\n@description({_string(WORKSPACE_DESCRIPTION)})\nparam workspace string\n"
    )
    if form == "extension":
        head += f"\nresource sentinel '{_WORKSPACE_TYPE}' existing = {{\n  name: workspace\n}}\n"
    chunks = [head.encode()]
    for resource in resources:
        chunks += (b"\n", resource)
    return tuple(chunks)


def _write_property(lines: list[str], name: str, value: Any, margin: str) -> None:
    key = name if _IDENTIFIER.fullmatch(name) and name not in _KEYWORDS else _string(name)
    if _names_environment_host(name):
        lines.append(f"{margin}{_ALLOW_ENVIRONMENT_HOSTS}")
    _write_value(lines, f"{margin}{key}: ", value, margin)


def _write_value(lines: list[str], lead: str, value: Any, margin: str) -> None:
    inner = margin + _INDENT
    if isinstance(value, str):
        hosts = _names_environment_host(value)
        if hosts and not lines[-1].endswith(_ALLOW_ENVIRONMENT_HOSTS):
            lines.append(f"{margin}{_ALLOW_ENVIRONMENT_HOSTS}")
        # A directive reaches one line, so such text has to stand on one.
        lines.append(lead + (_string(value) if hosts else _text(value)))
    elif isinstance(value, dict) and value:
        lines.append(f"{lead}{{")
        for name, member in value.items():
            _write_property(lines, name, member, inner)
        lines.append(f"{margin}}}")
    elif isinstance(value, list) and value:
        lines.append(f"{lead}[")
        for item in value:
            _write_value(lines, inner, item, inner)
        lines.append(f"{margin}]")
    else:
        lines.append(lead + _scalar(value))


def _names_environment_host(text: str) -> bool:
    if len(text) < _SHORTEST_HOST:
        return False
    lowered = text.lower()
    return any(host in lowered for host in _ENVIRONMENT_HOSTS)


def _scalar(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() if -(2**63) <= value < 2**63:
            return str(value)
        case dict():
            return "{}"
        case list():
            return "[]"
        case _:
            raise ValueError(f"{value!r} cannot be written in Bicep")


def _text(text: str) -> str:
    """Write text of several lines as it reads, where that is safe; all else on one line."""
    if "\n" in text and not _NOT_VERBATIM.search(text):
        _refuse_too_long(text)
        return f"'''\n{text}'''"
    return _string(text)


def _string(text: str) -> str:
    _refuse_too_long(text)
    return f"'{_escaped(text)}'"


def _escaped(text: str) -> str:
    written = _ESCAPED.sub(_escape, text)
    parts = []
    end = 0
    match = _COMMENT_TO_EDITORS.search(written)
    while match:
        parts += [
            written[end : match.start(1)],
            *(rf"\u{{{ord(character):x}}}" for character in match[1]),
        ]
        end = match.end(1)
        # What was just spelled is an escape as well.
        match = _COMMENT_AT_ONCE.match(written, end) or _COMMENT_TO_EDITORS.search(written, end)
    return "".join([*parts, written[end:]])


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _SHORT_ESCAPES.get(character) or f"\\u{{{ord(character):x}}}"


def _refuse_too_long(text: str) -> None:
    if len(text) * 2 <= LITERAL_LIMIT:
        return
    units = len(text) + sum(character > "\uffff" for character in text)
    if units > LITERAL_LIMIT:
        raise ValueError(
            f"a text of {units:,} characters cannot be written: Bicep allows {LITERAL_LIMIT:,}"
        )
