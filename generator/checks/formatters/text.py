"""Findings for people: a paragraph each, the source line underlined, and a last line of counts.

Colour is escape sequences around our own words only; text from content is made safe first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from generator.checks.formatters.code_frame import code_frame
from generator.checks.formatters.summary import Summary, summarise
from generator.findings import Finding, Severity
from generator.text.safe_text import visible

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}


def format_text(
    findings: Sequence[Finding],
    *,
    detections: int,
    read_source: Callable[[str], str | None],
    color: bool = False,
) -> str:
    """Write the findings and the summary line, with a line break at the end.

    `detections` is how many were looked at. `read_source` returns the text of a file by the name
    that a finding gives, or None where it cannot be shown; it is called once per file.
    """
    lines_of: dict[str, list[str] | None] = {}
    paragraphs = []
    for finding in findings:
        if finding.file not in lines_of:
            text = read_source(finding.file)
            lines_of[finding.file] = None if text is None else _lines(text)
        paragraphs.append(_paragraph(finding, lines_of[finding.file], _Paint(color)))
    counts = summarise(findings, detections)
    return "\n".join([*paragraphs, summary_line(counts)]) + "\n"


def summary_line(summary: Summary) -> str:
    """Say in one line how many detections were looked at and what was found."""
    looked_at = _count(summary.detections, "detection")
    if not (summary.errors or summary.warnings or summary.notes):
        return f"{looked_at}, no findings."
    counts = (
        _count(summary.errors, "error"),
        _count(summary.warnings, "warning"),
        _count(summary.notes, "note"),
    )
    return f"{looked_at}: {', '.join(counts)}."


class _Paint:
    """Puts colour around words, or leaves them as they are."""

    def __init__(self, color: bool) -> None:
        self._color = color

    def __call__(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._color else text


def _paragraph(finding: Finding, lines: list[str] | None, paint: _Paint) -> str:
    colour = _COLOURS[finding.severity]
    place = f"{visible(finding.file)}:{finding.line}:{finding.column}"
    label = paint(f"{finding.severity.value} {finding.code}", f"1;{colour}")
    rows = [f"{paint(place, '1')}: {label}: {visible(finding.message)}"]
    rows.extend(_frame(finding, lines, paint, colour))
    if finding.help:
        rows.append(f"  {paint('help:', '1')} {visible(finding.help)}")
    return "\n".join(rows) + "\n"


def _frame(finding: Finding, lines: list[str] | None, paint: _Paint, colour: str) -> Iterable[str]:
    if lines is None or not 1 <= finding.line <= len(lines):
        return
    if (finding.line, finding.column, finding.end_line, finding.end_column) == (1, 1, 1, 1):
        return  # about the file as a whole
    one_line = finding.end_line == finding.line
    frame = code_frame(
        lines[finding.line - 1], finding.column, finding.end_column if one_line else None
    )
    number = str(finding.line)
    gutter = " " * len(number)
    carets = paint("^" * frame.caret_width, f"1;{colour}")
    yield f"  {number} | {frame.line}".rstrip()
    yield f"  {gutter} | {' ' * frame.caret_start}{carets}"


def _lines(text: str) -> list[str]:
    """Split where lines are counted; str.splitlines knows other breaks as well."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
