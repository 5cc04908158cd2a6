"""What every stage reports and how a place in the content is named.

A stage yields `Problem`s: a code, a message and a `Place`. Only `generator.checks` turns them
into `Finding`s, because only there severities, waivers and file positions are known. Nothing in
this module reads files or prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Severity(StrEnum):
    """How bad a finding is.

    ERROR: the service refuses it, or the rule cannot do what it says. WARNING: likely wrong, or
    only Microsoft's repository tests object. NOTE: worth knowing.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


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
