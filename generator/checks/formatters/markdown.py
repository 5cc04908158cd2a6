"""Findings as paragraphs of a comment on GitHub: a line each, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from generator.findings import Finding
from generator.text.github_markup import MAX_BYTES, code, size

MAX_TEXT = 1000
"""Characters of a message or a help that are shown; one of a query can be a page long."""

_ROOM_FOR_NOTE = 100


def format_markdown(findings: Sequence[Finding], *, room: int = MAX_BYTES) -> str:
    """Write a paragraph a finding into `room` bytes; what does not fit is counted at the end."""
    room -= _ROOM_FOR_NOTE
    parts: list[str] = []
    for finding in findings:
        part = _paragraph(finding)
        room -= size(part)
        if room < 0:
            break
        parts.append(part)
    if left := len(findings) - len(parts):
        parts.append(f"<p>{left:,} more {'is' if left == 1 else 'are'} left out here.</p>\n")
    return "".join(parts)


def _paragraph(finding: Finding) -> str:
    place = code(f"{finding.file}:{finding.line}:{finding.column}")
    text = f"{place} {finding.severity.value} {finding.code}: {code(_cut(finding.message))}"
    if finding.help:
        text += f" (help: {code(_cut(finding.help))})"
    return f"<p>{text}</p>\n\n"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
