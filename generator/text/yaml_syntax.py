"""Why a text is no YAML, in words that help its author, at the place where a reader would look.

Parsers report what they expected, where they noticed. This module only rewords and moves that; it
never decides whether a text is YAML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml
from yaml.composer import ComposerError

from generator.findings import Code, InFile, Problem, Severity
from generator.text.lines import range_in_file
from generator.text.source_text import SourceText

INVALID_YAML = Code(
    "SG006",
    summary="Invalid YAML",
    explanation=(
        "The parser stopped here; the cause is at this place or on the line before. Values that "
        "hold `: ` or ` #`, or that begin with a character such as @, %, *, & or {, need quotes; "
        "tabs cannot indent."
    ),
    severity=Severity.ERROR,
    source="YAML 1.1, as PyYAML reads it.",
    waivable=False,
)
SEVERAL_DOCUMENTS = Code(
    "SG007",
    summary="More than one document in the file",
    explanation=(
        "One file is one detection, so that its path is its name. Give each document a file of "
        "its own."
    ),
    severity=Severity.ERROR,
    source="Our own decision.",
    waivable=False,
)
CONTROL_CHARACTER = Code(
    "SG014",
    summary="Control character",
    explanation=(
        "NUL and most other control characters cannot stand in YAML. They are invisible and "
        "mostly got in by copying; where one is meant, write it as an escape in a double-quoted "
        "text."
    ),
    severity=Severity.ERROR,
    source="YAML 1.1, as PyYAML reads it.",
    waivable=False,
)

# The characters that YAML 1.1 does not allow in a document (section 5.1 of its specification).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNQUOTED_BRACES = re.compile(r"[:-][ \t]+\{\{")


@dataclass(frozen=True, slots=True)
class _Wording:
    """What a parser's message means. `at_context`: the place to look is where the part began."""

    sign: str
    message: str
    help: str
    at_context: bool = False


_TAB = _Wording("tab character", "a tab cannot indent YAML or separate its parts", "use spaces")
_WORDINGS = (
    _Wording(
        "cannot start any token",
        "a value cannot begin with this character",
        "put the value in quotes",
    ),
    _Wording(
        "mapping values are not allowed",
        "a key is not possible here",
        "check the indentation; a value that holds ': ' needs quotes",
    ),
    _Wording(
        "could not find expected ':'",
        "this line, or the one before it, has no ':' after its key",
        "check the indentation: the lines of a query stand deeper than its key",
    ),
    _Wording(
        "did not find expected key",
        "the indentation fits no line above, or a quoted value goes on after its closing quote",
        "align the key with its neighbours",
    ),
    _Wording(
        "found unexpected end of stream",
        "this quote is never closed",
        "close it; in single quotes, an apostrophe is written twice",
        at_context=True,
    ),
    _Wording(
        "did not find expected ',' or",
        "this bracket is never closed, or a comma is missing",
        "close it; a value with a bracket, a brace or a comma of its own needs quotes",
        at_context=True,
    ),
    _Wording(
        "did not find expected node content",
        "a value is missing here, or a bracket before it is never closed",
        "a value that begins with a bracket or a brace of its own needs quotes",
    ),
    _Wording(
        "undefined alias",
        "there is no anchor of this name before the alias",
        "a value that begins with * needs quotes",
    ),
)


def syntax_problem(source: SourceText, error: yaml.YAMLError) -> Problem:
    """Return the problem of a text that the YAML parser refused with an error."""
    text = source.text
    if forbidden := _FORBIDDEN.search(text):
        offset = forbidden.start()
        return Problem(
            CONTROL_CHARACTER,
            f"the character U+{ord(text[offset]):04X} is not allowed in YAML",
            range_in_file(source, offset, offset + 1),
            "remove it; in a text in double quotes it can be written as an escape",
        )
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem(INVALID_YAML, f"this is no YAML: {error}", InFile(source.file))
    problem = error.problem or "unreadable"
    offset = _offset(error)
    if isinstance(error, ComposerError) and "another document" in problem:
        place = range_in_file(source, offset, offset + len("---"))
        return Problem(
            SEVERAL_DOCUMENTS, "a second document begins here", place, "keep one per file"
        )
    if braces := _UNQUOTED_BRACES.search(text, text.rfind("\n", 0, offset) + 1, offset):
        place = range_in_file(source, braces.end() - len("{{"), braces.end())
        return Problem(
            INVALID_YAML, "a value cannot begin with {{", place, "put the value in quotes"
        )
    wording = _wording(problem, text[offset : offset + 1])
    if wording is None:
        context = f" ({error.context})" if error.context else ""
        place = range_in_file(source, offset, offset + 1)
        return Problem(INVALID_YAML, f"this is no YAML: {problem}{context}", place)
    if wording.at_context:
        offset = _offset(error, at_context=True)
    return Problem(
        INVALID_YAML, wording.message, range_in_file(source, offset, offset + 1), wording.help
    )


def _wording(problem: str, character: str) -> _Wording | None:
    if _TAB.sign in problem or (character == "\t" and "cannot start any token" in problem):
        return _TAB
    return next((wording for wording in _WORDINGS if wording.sign in problem), None)


def _offset(error: yaml.MarkedYAMLError, *, at_context: bool = False) -> int:
    marks = [error.problem_mark, error.context_mark]
    if at_context:
        marks.reverse()
    return next((mark.index for mark in marks if mark is not None), 0)
