"""Findings as SARIF 2.1.0 (OASIS standard), for GitHub code scanning and other viewers.

The rules' metadata come from the codes; paths are relative, so that a log reads the same
on every machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from generator import __version__
from generator.checks.registry import registered_codes
from generator.findings import Code, Finding

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def format_sarif(findings: Sequence[Finding], *, prefix: str = "") -> str:
    """Write one SARIF log with one run, with a line break at the end.

    `prefix` is the path of the content root relative to the repository's root, with `/`; viewers
    resolve paths from there.
    """
    codes = registered_codes()
    indices = {code: index for index, code in enumerate(codes)}
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "sentinelgen",
                        "semanticVersion": __version__,
                        "rules": [_rule(code) for code in codes.values()],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, indices, prefix) for finding in findings],
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(code: Code) -> dict[str, Any]:
    return {
        "id": str(code),
        "name": _name(code),
        "shortDescription": {"text": code.summary},
        "fullDescription": {"text": code.explanation},
        "help": {"text": f"{code.explanation}\n\nSource: {code.source}"},
        "defaultConfiguration": {"level": code.severity.value},
    }


def _name(code: Code) -> str:
    """Return the summary as the identifier in Pascal case that viewers expect."""
    words = re.findall(r"[A-Za-z0-9]+", code.summary)
    return "".join(word[0].upper() + word[1:] for word in words)


def _result(finding: Finding, indices: Mapping[str, int], prefix: str) -> dict[str, Any]:
    message = finding.message + (f"\n{finding.help}" if finding.help else "")
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": indices[finding.code],
        "level": finding.severity.value,
        "message": {"text": message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": _relative_uri(finding.file, prefix),
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {
                        "startLine": finding.line,
                        "startColumn": finding.column,
                        "endLine": finding.end_line,
                        "endColumn": finding.end_column,
                    },
                }
            }
        ],
    }
    if finding.detection is not None:
        result["properties"] = {"detection": finding.detection}
    return result


def _relative_uri(file: str, prefix: str) -> str:
    path = f"{prefix.rstrip('/')}/{file}" if prefix not in ("", ".") else file
    uri = quote(path.encode("utf-8", "surrogateescape"), safe="/-._~")
    # A colon would be percent-encoded; a leading empty segment would name a host (RFC 3986, 4.2).
    return uri.lstrip("/")
