"""What every stage reports and how a place in the content is named.

A stage yields `Problem`s: a code, a message and a `Place`. Only `generator.checks` turns them
into `Finding`s, because only there severities, waivers and file positions are known. Nothing in
this module reads files or prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self


class Severity(StrEnum):
    """How bad a finding is.

    ERROR: the service refuses it, or the rule cannot do what it says. WARNING: likely wrong, or
    only Microsoft's repository tests object. NOTE: worth knowing.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(str):
    """The code of a problem, such as SG101, with what there is to say about every problem of it.

    It stands beside what raises it. `summary` is one line (`title` is a method of `str`).
    `explanation` says why it matters and what to do. `source` is where the rule comes from: a
    documentation page, Microsoft's own validation, or our own decision. `waivable` is False for
    parsing, schema and id errors, which can be neither waived nor lowered. `superseded_by` names
    codes that say more: where one of them is found at the same place, this one is silent there, so
    that one cause gives one finding.
    """

    __slots__ = ("explanation", "severity", "source", "summary", "superseded_by", "waivable")

    summary: str
    explanation: str
    severity: Severity
    source: str
    waivable: bool
    superseded_by: tuple[str, ...]

    def __new__(
        cls,
        code: str,
        *,
        summary: str,
        explanation: str,
        severity: Severity,
        source: str,
        waivable: bool = True,
        superseded_by: tuple[str, ...] = (),
    ) -> Self:
        """Return the code with its texts."""
        self = super().__new__(cls, code)
        self.summary = summary
        self.explanation = explanation
        self.severity = severity
        self.source = source
        self.waivable = waivable
        self.superseded_by = superseded_by
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Travel between processes, and into caches, without the texts."""
        return str, (str(self),)


DocumentPath = tuple[str | int, ...]
"""Keys and list indices from the root of a YAML document to a value."""


@dataclass(frozen=True, slots=True)
class InFile:
    """An exact range. Lines and columns are 1-based, columns in characters, the end exclusive."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int | None = None
    end_column: int | None = None


@dataclass(frozen=True, slots=True)
class InDocument:
    """A key or a value of the YAML document that is being looked at."""

    path: DocumentPath = ()
    part: Literal["key", "value"] = "value"


@dataclass(frozen=True, slots=True)
class InText:
    """Part of a text value of the document, in character offsets of the loaded text."""

    path: DocumentPath
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class InQuery:
    """Part of the rendered query, in character offsets; the end is exclusive."""

    start: int
    end: int


Place = InFile | InDocument | InText | InQuery


@dataclass(frozen=True, slots=True)
class Problem:
    """What a stage or a check found, before its place and severity are resolved.

    `code` names a check class (`SG101`); `help` is what to do about it, when the message alone
    does not say.
    """

    code: str
    message: str
    place: Place
    help: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem as the user sees it. Lines and columns are 1-based, columns in characters.

    `file` is relative to the content root with `/`; `detection` is AREA/SLUG, or None where the
    finding belongs to no detection.
    """

    code: str
    severity: Severity
    message: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    detection: str | None
    help: str | None = None
