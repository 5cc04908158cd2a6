"""Reads the faults file: a YAML list in which every key counts and none may be misspelled.

Nothing is guessed or defaulted; everything that cannot be used is said with line and column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from generator.disk.text_files import read_source
from generator.emulator.faults import Fault, RetryAfter
from generator.findings import DocumentPath, InDocument, InFile, Problem
from generator.text.schema import load_schema
from generator.text.strict_document import (
    DocumentFormat,
    StrictDocument,
    as_line,
    as_lines,
    read_document,
)

FAULTS_SCHEMA = "faults.schema.json"

_CODE = "faults"
"""These problems never become findings, so they need no code of a check."""

_EFFECTS = (
    "status",
    "latencyMs",
    "answerLateMs",
    "drop",
    "staleList",
    "listLagSeconds",
    "recentlyDeleted",
    "repeatItems",
    "uniqueNames",
)
_FLAGS = ("staleList", "uniqueNames")
_MOST = {
    "times": 1_000_000_000,
    "latencyMs": 600_000,
    "answerLateMs": 600_000,
    "listLagSeconds": 3600,
    "recentlyDeleted": 1_000_000,
    "repeatItems": 10_000,
}
_FARTHEST = {"seconds": 10**15, "ms": 10**15, "xms": 10**15, "date": 10**10}
"""How far a time may be away; year 2300 is near enough for a date, `text` says any other."""
_METHODS = ("*", "GET", "PUT", "DELETE")
_STATUSES = range(400, 600)

# YAML 1.1 reads a bare `on` as true; the text of the key is what was meant.
_FORMAT = DocumentFormat(
    schema_for=lambda _document: load_schema(__package__, FAULTS_SCHEMA), keys_as_written=True
)


class FaultFileError(Exception):
    """The faults file cannot be used; each line of the message says where and why."""


def load_faults(path: Path) -> tuple[Fault, ...]:
    """Read a faults file. Raises FaultFileError for whatever is not exactly as documented."""
    source = read_source(path, str(path))
    if isinstance(source, Problem):
        place = source.place if isinstance(source.place, InFile) else InFile(str(path))
        raise FaultFileError(as_line(place, source))
    document = read_document(source, _FORMAT)
    problems = [*document.problems, *_misuses(document)]
    if problems:
        raise FaultFileError("\n".join(as_lines(source, problems)))
    return tuple(map(_fault, document.value))


def _misuses(document: StrictDocument) -> Iterator[Problem]:
    """Yield what is wrong with entries whose shape is right."""
    if isinstance(document.value, list):
        for index, entry in enumerate(document.value):
            if document.is_sound(index):
                yield from _misuses_of(entry, (index,))


def _misuses_of(entry: Mapping[str, Any], path: DocumentPath) -> Iterator[Problem]:
    def wrong(message: str, *key: str) -> Problem:
        return Problem(_CODE, message, InDocument((*path, *key)))

    words = entry["on"].split()
    if words != ["*"] and (len(words) != 2 or words[0].upper() not in _METHODS):
        methods = ", ".join(_METHODS)
        yield wrong(
            f'on must be a method ({methods}) and a path such as "PUT *", not {entry["on"]!r}', "on"
        )
    if "times" in entry and "share" in entry:
        yield wrong("times and share exclude each other", "share")
    effects = [name for name in _EFFECTS if name in entry]
    if len(effects) != 1:
        yield wrong(f"exactly one of {', '.join(_EFFECTS)} is needed, got {len(effects)}")
    for name, message in _misuses_of_values(entry):
        yield wrong(message, name)


def _misuses_of_values(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _FLAGS:
        if entry.get(name, True) is not True:
            yield name, f"{name} can only be true"
    for name, most in _MOST.items():
        if not entry.get(name, 0) <= most:
            yield name, f"{name} must be at most {most}"
    if not entry.get("listLagSeconds", 1) > 0:
        yield "listLagSeconds", "listLagSeconds must be above 0"
    if entry.get("status", _STATUSES.start) not in _STATUSES:
        yield "status", f"status must be from 400 to 599, not {entry['status']}"
    if not 0 < entry.get("share", 1) <= 1:
        yield "share", f"share must be above 0 and up to 1, not {entry['share']}"
    if "retryAfter" in entry:
        for message in _misuses_of_retry_after(entry):
            yield "retryAfter", message


def _misuses_of_retry_after(entry: Mapping[str, Any]) -> Iterator[str]:
    told = entry["retryAfter"]
    if "status" not in entry:
        yield "retryAfter goes with status only"
    if len(told) != 1:
        yield f"retryAfter needs exactly one of its forms, got {len(told)}"
    if told.get("none", True) is not True:
        yield "retryAfter: none can only be true"
    for form, farthest in _FARTHEST.items():
        if not -farthest <= told.get(form, 0) <= farthest:
            yield f"retryAfter: {form} must be from -{farthest} to {farthest}"


def _fault(entry: Mapping[str, Any]) -> Fault:
    method, path = _pattern(entry["on"])
    return Fault(
        on=entry["on"],
        method=method,
        path=path,
        times=entry.get("times"),
        share=float(entry["share"]) if "share" in entry else None,
        status=entry.get("status"),
        retry_after=_retry_after(entry.get("retryAfter")),
        latency_ms=entry.get("latencyMs"),
        answer_late_ms=entry.get("answerLateMs"),
        drop=entry.get("drop"),
        stale_list="staleList" in entry,
        lag_seconds=entry.get("listLagSeconds"),
        recently_deleted=entry.get("recentlyDeleted"),
        repeat_items=entry.get("repeatItems"),
        unique_names="uniqueNames" in entry,
    )


def _retry_after(told: Mapping[str, Any] | None) -> RetryAfter | None:
    if told is None:
        return None
    ((form, value),) = told.items()
    return RetryAfter(form, value)


def _pattern(on: str) -> tuple[str, str]:
    words = on.split()
    if words == ["*"]:
        return "*", "*"
    path = words[1].lower()
    return words[0].upper(), path if path.startswith(("/", "*")) else f"*/{path}"
