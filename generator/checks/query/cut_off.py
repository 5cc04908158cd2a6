"""SG123: text of a detection that ends where YAML sees a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.detection import Detection
from generator.check import DocumentCheck
from generator.findings import Code, InDocument, Problem, Severity
from generator.text.positions import resolve
from generator.text.source_text import SourceText

_KEYS = ("name", "description", "query")
_COMMENT = re.compile(r"[ \t]+#[^\r\n]*")
_LINE_END = re.compile(r"\r\n|\n|\r")
_NOT_PLAIN = re.compile(r"(?:[&!]\S*\s+)*['\"|>]")
"""How a text in quotes or in a block begins, behind its anchor and its tag."""

_ENDING = 40
"""Characters of a text's last word that are looked for: enough to leave most files alone."""


class CutOff(DocumentCheck):
    """YAML takes the rest of a line of text for a comment."""

    code = Code(
        "SG123",
        summary="Text that YAML cuts off at #",
        explanation=(
            "In a text without quotes a # behind a blank begins a comment of YAML: a name loses "
            "its number, and a query the filter that follows, so that it alerts on more than it "
            "says. Put the text in quotes, write the query as `query: |`, or, where a comment is "
            "meant, put it on a line of its own."
        ),
        severity=Severity.ERROR,
        source="https://yaml.org/spec/1.1/#id862929 (comments), #id907281 (plain scalars)",
    )

    def examine(self, detection: Detection) -> Iterator[Problem]:
        """Yield a problem for each name, description and query that a comment ends."""
        for key in _KEYS:
            value = detection.document.get(key)
            if isinstance(value, str) and _may_be_cut(detection.source.text, value):
                comment = _comment_behind(detection.source, key)
                if comment is not None:
                    yield Problem(
                        self.code,
                        f"{key} ends before {_shortened(comment)}, which YAML takes for a comment",
                        InDocument((key,)),
                        "put the text in quotes or in a block (|), or the comment on its own line",
                    )


def _may_be_cut(text: str, value: str) -> bool:
    """Tell whether what a value ends with stands before a # somewhere in the file.

    Finding out where a value stands reads the file once more, which most files are spared.
    """
    ending = value.rstrip()[-_ENDING:].split()
    if "#" not in text or not ending:
        return False
    return re.search(rf"{re.escape(ending[-1])}[ \t]+#", text) is not None


def _comment_behind(source: SourceText, key: str) -> str | None:
    place = resolve(source, InDocument((key,)))
    if place.end_line is None or place.end_column is None:
        return None
    lines = _LINE_END.split(source.text)
    if _NOT_PLAIN.match(lines[place.line - 1], place.column - 1):
        return None
    comment = _COMMENT.match(lines[place.end_line - 1], place.end_column - 1)
    return None if comment is None else comment[0].strip()


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
