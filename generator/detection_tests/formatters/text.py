"""Results for a person at a terminal: one line a test, and all about those that failed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

import click

from generator.detection_tests.expectation import Mismatch
from generator.detection_tests.results import ExplainedStep, Fault, TestResult, Verdict, count
from generator.findings import InFile
from generator.text.safe_text import visible

_COLOURS = {Verdict.PASSED: "green", Verdict.FAILED: "red", Verdict.SKIPPED: "yellow"}
_LABELS = {Verdict.PASSED: "ok", Verdict.FAILED: "FAILED", Verdict.SKIPPED: "skipped"}
_SIDE = 42
"""Columns of each side of a difference; two of them and the indent fit into 100."""

_STEP_CHARACTERS = 76


def format_text(
    results: Sequence[TestResult], *, colour: bool = False, explain: bool = False
) -> str:
    """Write results by detection, with what failed below each test, and the totals."""
    lines: list[str] = []
    slug = None
    for result in results:
        if result.slug != slug:
            slug = result.slug
            lines.append(visible(slug))
        lines.extend(_lines(result, colour=colour, explain=explain))
    lines.append(summary(results, colour=colour))
    if not explain and any(result.mismatches for result in results):
        lines.append("--explain shows how many rows each step of the query let through")
    return "\n".join(lines) + "\n"


def summary(results: Sequence[TestResult], *, colour: bool = False) -> str:
    """Return the totals on one line."""
    if not results:
        return "no tests"
    parts = []
    for verdict in (Verdict.FAILED, Verdict.PASSED, Verdict.SKIPPED):
        number = count(results, verdict)
        if number or verdict is Verdict.PASSED:
            parts.append(_styled(f"{number} {verdict}", verdict, colour=colour))
    return f"{len(results)} test{'s' if len(results) != 1 else ''}: {', '.join(parts)}"


def _lines(result: TestResult, *, colour: bool, explain: bool) -> Iterator[str]:
    label = _styled(f"{_LABELS[result.verdict]:7}", result.verdict, colour=colour)
    yield f"  {label} {visible(result.test.name)}"
    if result.verdict is Verdict.SKIPPED:
        yield f"          {visible(result.test.skip or '')}"
        return
    failed = result.verdict is Verdict.FAILED
    if failed:
        yield f"          at {_place(result.place)}"
    for fault in result.faults:
        yield from _fault(fault)
    for mismatch in result.mismatches:
        yield from _mismatch(mismatch)
    if failed or explain:
        for note in result.notes:
            yield f"          note: {visible(note)}"
    if explain and result.steps:
        yield "          rows after each step:"
        for step in result.steps:
            yield f"          {_step(step)}"


def _fault(fault: Fault) -> Iterator[str]:
    yield f"          {_place(fault.place)}: {visible(fault.message)}"
    if fault.help:
        yield f"            help: {visible(fault.help)}"


def _mismatch(mismatch: Mismatch) -> Iterator[str]:
    yield f"          {visible(mismatch.subject)}"
    expected = _wrapped(mismatch.expected)
    actual = _wrapped(mismatch.actual)
    yield f"            {'expected':{_SIDE}} │ actual"
    for left, right in zip_longest(expected, actual, fillvalue=""):
        yield f"            {left:{_SIDE}} │ {right}".rstrip()


def _wrapped(text: str) -> list[str]:
    return [
        part
        for line in text.split("\n")
        for part in textwrap.wrap(
            visible(line), _SIDE, break_on_hyphens=False, drop_whitespace=False
        )
        or [""]
    ]


def _step(step: ExplainedStep) -> str:
    text = visible(step.text)
    if len(text) > _STEP_CHARACTERS:
        text = f"{text[: _STEP_CHARACTERS - 1]}…"
    mark = "   <- dropped the last row" if step.dropped_all else ""
    return f"{step.rows:6}  {text}{mark}"


def _place(place: InFile) -> str:
    return f"{visible(place.file)}:{place.line}:{place.column}"


def _styled(text: str, verdict: Verdict, *, colour: bool) -> str:
    return click.style(text, fg=_COLOURS[verdict], bold=True) if colour else text
